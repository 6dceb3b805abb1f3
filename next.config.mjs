/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // The app reads files beside the code at run time; a standalone build has to carry them along.
  outputFileTracingIncludes: { "/**": ["./lib/clickhouse/schema/*.sql", "./dist/viewer.*", "./sample/**"] },
};
export default config;
