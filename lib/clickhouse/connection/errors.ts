/** What Node and the client call a connection that could not be made or broke. */
const connectionCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_SOCKET_CLOSED",
]);

const connectionMessages =
  /socket hang up|Timeout error|timed out|Premature close|\baborted\b.*(socket|connection|response)|connection (was )?(closed|terminated|reset)|^aborted$|other side closed/i;

/** ClickHouse's codes for a server that is there and cannot work now. */
const notNowCodes: ReadonlySet<string> = new Set([
  "202", // TOO_MANY_SIMULTANEOUS_QUERIES
  "209", // SOCKET_TIMEOUT
  "210", // NETWORK_ERROR
  "225", // NO_ZOOKEEPER
  "236", // ABORTED: the server is shutting down
  "242", // TABLE_IS_READ_ONLY: a replica has lost its keeper
  "279", // ALL_CONNECTION_TRIES_FAILED
  "745", // SERVER_OVERLOADED
]);

/**
 * ClickHouse's number of an error that it answered with, or undefined for any other error. By its shape,
 * because the server's bundles may hold the client's classes more than once.
 */
export function databaseErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, type } = error as { code?: unknown; type?: unknown };
  return typeof code === "string" && /^\d+$/.test(code) && typeof type === "string" ? code : undefined;
}

/**
 * Whether the database could not be reached or broke off, so that the same call may succeed later and the
 * answer is 503. A statement that the database refused is not "away", nor is one that we cancelled.
 */
export function isDatabaseAway(error: unknown): boolean {
  for (const cause of causes(error)) {
    const refused = databaseErrorCode(cause);
    if (refused !== undefined) return notNowCodes.has(refused);
    if (cause.name === "AbortError") return false;
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && connectionCodes.has(code)) return true;
    if (connectionMessages.test(cause.message)) return true;
    // A proxy or an engine that is starting answers with a page instead of an error of ClickHouse's.
    if (/\b(502 Bad Gateway|503 Service Unavailable|504 Gateway)/i.test(cause.message)) return true;
  }
  return false;
}

/** ClickHouse's words for a disk without room; of code 75 a server says that any write failed. */
const diskFullCodes: ReadonlySet<string> = new Set(["243"]); // NOT_ENOUGH_SPACE
const diskFullMessage = /No space left on device|Disk quota exceeded/i;

/** Whether there was no room for something, on the database's disk or on one of this process. */
export function isDiskFull(error: unknown): boolean {
  for (const cause of causes(error)) {
    const refused = databaseErrorCode(cause);
    if (refused !== undefined) return diskFullCodes.has(refused) || diskFullMessage.test(cause.message);
    if (isOwnDiskFull(cause)) return true;
  }
  return false;
}

/** Whether it was a disk of this process: the folder for temporary files, which uploads pass through. */
export function isOwnDiskFull(error: unknown): boolean {
  const { code } = (error instanceof Error ? error : {}) as { code?: unknown };
  return code === "ENOSPC" || code === "EDQUOT";
}

const lostCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_SOCKET_CLOSED",
]);

const lostMessages =
  /socket hang up|Premature close|\baborted\b.*(socket|connection|response)|connection (was )?(closed|terminated|reset)|^aborted$|other side closed/i;

/** ClickHouse's codes for a server that is about to be gone. */
const endingCodes: ReadonlySet<string> = new Set([
  "210", // NETWORK_ERROR
  "236", // ABORTED: the server is shutting down
]);

/**
 * Whether the connection was refused or broke: the server has died or is being started. Narrower than
 * `isDatabaseAway`, which also holds for a server that answers that it has no time, and for one that took too long.
 */
export function isConnectionLost(error: unknown): boolean {
  for (const cause of causes(error)) {
    const refused = databaseErrorCode(cause);
    if (refused !== undefined) return endingCodes.has(refused);
    if (cause.name === "AbortError") return false;
    const { code } = cause as { code?: unknown };
    if (typeof code === "string" && lostCodes.has(code)) return true;
    if (lostMessages.test(cause.message)) return true;
  }
  return false;
}

/**
 * Whether another try of the same insert can succeed: the database is away, or is short of something that
 * comes back (memory, disk, room for parts, replicas, time, its tables). Everything else is a fault of the rows.
 */
export function isWorthAnotherTry(error: unknown): boolean {
  if (isDatabaseAway(error)) return true;
  for (const cause of causes(error)) {
    const refused = databaseErrorCode(cause);
    if (refused !== undefined) return passingCodes.has(refused);
  }
  return false;
}

const passingCodes: ReadonlySet<string> = new Set([
  "16", // NO_SUCH_COLUMN_IN_TABLE: the migration adds it
  "60", // UNKNOWN_TABLE: the migration makes it
  "75", // CANNOT_WRITE_TO_FILE_DESCRIPTOR: the disk is full
  "81", // UNKNOWN_DATABASE
  "159", // TIMEOUT_EXCEEDED
  "164", // READONLY
  "173", // CANNOT_ALLOCATE_MEMORY
  "192", // UNKNOWN_USER
  "193", // WRONG_PASSWORD
  "201", // QUOTA_EXCEEDED
  "241", // MEMORY_LIMIT_EXCEEDED
  "243", // NOT_ENOUGH_SPACE
  "252", // TOO_MANY_PARTS
  "285", // TOO_FEW_LIVE_REPLICAS
  "286", // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  "319", // UNKNOWN_STATUS_OF_INSERT
  "394", // QUERY_WAS_CANCELLED
  "439", // CANNOT_SCHEDULE_TASK
  "497", // ACCESS_DENIED
  "516", // AUTHENTICATION_FAILED
  "999", // KEEPER_EXCEPTION
]);

/** The error, its causes and, for an AggregateError (a host name with two addresses), its parts. */
function* causes(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 4) return;
  yield error;
  if (error instanceof AggregateError) for (const part of error.errors) yield* causes(part, depth + 1);
  yield* causes(error.cause, depth + 1);
}
