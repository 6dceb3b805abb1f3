/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // `npm run check` checks types. A first `npm start` does not wait for it: it was a third of the build.
  typescript: { ignoreBuildErrors: true },
  // The app reads files beside the code at run time; a standalone build has to carry them along.
  outputFileTracingIncludes: { "/**": ["./lib/clickhouse/schema/**", "./dist/viewer.*", "./sample/**"] },
};
export default config;
