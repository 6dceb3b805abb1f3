/**
 * On one machine, zipping what is sent takes longer than sending it. Other names for the host suggest a proxy or a
 * tunnel that people elsewhere come through. While it is built nothing is known of that yet.
 */
const isLocal =
  ["127.0.0.1", "localhost", "::1"].includes(process.env.HOST ?? "") && !process.env.ALLOWED_HOSTS;

/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  compress: !isLocal,
  // No page shows pictures that would have to be made smaller, and the library for it is not installed (package.json,
  // "overrides"): /_next/image answers 404.
  images: { unoptimized: true },
  // `npm run check` checks types. A first `npm start` does not wait for it: it was a third of the build.
  typescript: { ignoreBuildErrors: true },
  // A cache for the next build, which few make: it was a sixth of the first one, and 80 MB.
  experimental: { turbopackFileSystemCacheForBuild: false },
  // It starts threads from files of its own, which a bundle would not have.
  serverExternalPackages: ["piscina"],
  // The app reads files beside the code at run time; a standalone build has to carry them along.
  outputFileTracingIncludes: {
    "/**": ["./lib/clickhouse/schema/**", "./dist/viewer.*", "./dist/workers.mjs", "./sample/**"],
  },
};
export default config;
