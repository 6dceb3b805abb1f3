import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Does what a SQL client does when a person opens a connection: asks what the server is, lists its databases, tables
 * and columns, and reads rows. Arguments: address (host:port), user, password, database, run id. Prints a line for
 * each thing it found, `name: value`.
 */
public class ReadTraces {
  public static void main(String[] arguments) throws ReflectiveOperationException, SQLException {
    // As SQL clients do, which are told the class.
    Class.forName("com.clickhouse.jdbc.Driver");
    String database = arguments[3];
    Properties properties = new Properties();
    properties.setProperty("user", arguments[1]);
    properties.setProperty("password", arguments[2]);
    String url = "jdbc:clickhouse://" + arguments[0] + "/" + database;
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      describe(connection, database);
      readSpans(connection, arguments[4]);
      readMany(connection);
      failOnPurpose(connection);
    }
  }

  private static void describe(Connection connection, String database) throws SQLException {
    DatabaseMetaData metadata = connection.getMetaData();
    print("valid", connection.isValid(5));
    print("product", metadata.getDatabaseProductName() + " " + metadata.getDatabaseMajorVersion());
    print("schemas", column(metadata.getSchemas(), "TABLE_SCHEM").contains(database));
    print("tables", String.join(" ", column(metadata.getTables(null, database, "%", null), "TABLE_NAME")));
    print("columns", String.join(" ", column(metadata.getColumns(null, database, "otel_traces", "%"), "COLUMN_NAME")));
  }

  private static void readSpans(Connection connection, String runId) throws SQLException {
    String sql =
        "SELECT Timestamp, SpanName, Duration, SpanAttributes, Events.Name, StatusCode FROM otel_traces"
            + " WHERE SpanAttributes['run_id'] = ? ORDER BY Timestamp";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, runId);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          String values = new TreeMap<Object, Object>((java.util.Map<?, ?>) rows.getObject("SpanAttributes")).toString();
          print(
              "span",
              rows.getString("SpanName")
                  + " | " + rows.getTimestamp("Timestamp").getNanos()
                  + " | " + rows.getBigDecimal("Duration")
                  + " | " + values
                  + " | " + List.of((Object[]) rows.getArray("Events.Name").getArray())
                  + " | " + rows.getString("StatusCode"));
        }
      }
    }
  }

  private static void readMany(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT number, toString(number) FROM numbers(200000)")) {
      long sum = 0;
      int count = 0;
      while (rows.next()) {
        sum += rows.getLong(1) + rows.getString(2).length();
        count++;
      }
      print("many", count + " " + sum);
    }
  }

  private static void failOnPurpose(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeQuery("SELECT * FROM no_such_table");
      print("error", "none");
    } catch (SQLException error) {
      print("error", error.getErrorCode() + " " + error.getMessage().contains("no_such_table"));
    }
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      rows.next();
      print("after", rows.getInt(1));
    }
  }

  private static List<String> column(ResultSet rows, String name) throws SQLException {
    List<String> values = new ArrayList<>();
    try (rows) {
      while (rows.next()) values.add(rows.getString(name));
    }
    return values;
  }

  private static void print(String name, Object value) {
    System.out.println(name + ": " + value);
  }
}
