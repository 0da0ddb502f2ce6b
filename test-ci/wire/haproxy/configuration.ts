/** Where haproxy listens, one port a way of telling of its client. */
export const ways = [
  "v1",
  "v2",
  "v2 with a checksum",
  "v2 before TLS",
  "v2 after TLS",
  "v2, then HTTP/2",
  "X-Forwarded",
] as const;

export type Way = (typeof ways)[number];

/** What haproxy is to stand before. */
export interface Backend {
  /** Takes the PROXY protocol. */
  readonly port: number;
  /** The same, and TLS after it. */
  readonly securePort: number;
  /** Takes `X-Forwarded-For` and `X-Forwarded-Proto`. */
  readonly forwardedPort: number;
}

/** A configuration of haproxy 2.6 or later; `certificate` is a file with the key in it. */
export function configurationOf(portOf: (way: Way) => number, backend: Backend, certificate: string): string {
  const host = "127.0.0.1";
  const plain = `server fourfold ${host}:${backend.port}`;
  // A check that fails takes the server away: then nothing is answered.
  const checked = "check inter 50ms";
  const tls = `ssl crt ${certificate} alpn h2,http/1.1`;
  const lines: Readonly<Record<Way, readonly string[]>> = {
    v1: [`bind ${host}:${portOf("v1")}`, `${plain} send-proxy ${checked}`],
    v2: [`bind ${host}:${portOf("v2")}`, `${plain} send-proxy-v2 ${checked}`],
    "v2 with a checksum": [
      `bind ${host}:${portOf("v2 with a checksum")}`,
      `${plain} send-proxy-v2 proxy-v2-options crc32c`,
    ],
    "v2 before TLS": [
      `bind ${host}:${portOf("v2 before TLS")}`,
      `server fourfold ${host}:${backend.securePort} send-proxy-v2`,
    ],
    "v2 after TLS": [
      `bind ${host}:${portOf("v2 after TLS")} ${tls}`,
      `${plain} send-proxy-v2 proxy-v2-options ssl,authority,cert-cn,crc32c`,
    ],
    "v2, then HTTP/2": [
      "mode http",
      `bind ${host}:${portOf("v2, then HTTP/2")}`,
      `${plain} send-proxy-v2 proto h2`,
    ],
    "X-Forwarded": [
      "mode http",
      "option forwardfor",
      "http-request set-header X-Forwarded-Proto https",
      `bind ${host}:${portOf("X-Forwarded")}`,
      `server fourfold ${host}:${backend.forwardedPort}`,
    ],
  };
  const sections = ways.map((way) => [
    `listen ${way.replaceAll(/\W+/g, "-")}`,
    ...lines[way].map((line) => `  ${line}`),
  ]);
  const defaults = [
    "defaults",
    "  mode tcp",
    "  timeout connect 5s",
    "  timeout client 60s",
    "  timeout server 60s",
  ];
  return `${[["global", "  maxconn 200"], defaults, ...sections].map((section) => section.join("\n")).join("\n")}\n`;
}
