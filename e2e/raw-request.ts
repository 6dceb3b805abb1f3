import { request } from "node:http";

export interface RawAnswer {
  readonly status: number;
  readonly body: string;
}

/** A request whose path goes out as it is: clients of the standard tidy addresses up first. */
export function rawRequest(baseURL: string | undefined, method: string, path: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseURL ?? "");
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { "content-type": "application/json", "content-length": 0 } },
      (response) => {
        let body = "";
        response.setEncoding("utf8");
        response.on("data", (text: string) => {
          body += text;
        });
        response.on("error", reject);
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    sent.on("error", reject);
    sent.end();
  });
}
