# The app of `docker compose up`. Without the embedded engine: it talks to a ClickHouse server.
FROM node:24.21.0-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Not `npm ci`: it refuses a lock file that lacks packages for other systems, which npm does not always write.
# No package of the app needs its install script. The engine is half a gigabyte.
RUN npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund \
    && rm -rf node_modules/@chdb node_modules/chdb

FROM packages AS build
COPY . .
ENV NEXT_TELEMETRY_DISABLED=1
RUN node devtools/build.mjs viewer workers server app && rm -rf .next/cache

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000
COPY --from=build /app/package.json /app/next.config.mjs ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/.next .next
# Read at run time: the tables' statements, the viewer that an exported file carries, the jobs of threads and
# processes, the sample data.
COPY --from=build /app/lib/clickhouse/schema lib/clickhouse/schema
COPY --from=build /app/dist dist
COPY --from=build /app/sample sample
COPY --chmod=755 devtools/otel-collector/start.sh /start.sh
USER 1000:1000
EXPOSE 3000
ENTRYPOINT ["/start.sh"]
CMD ["node", "dist/server.mjs"]
