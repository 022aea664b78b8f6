# The package as npm would install it, on a Node without npm's own tools, by a user who owns nothing but the data.
FROM node:24-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY workers workers
RUN npm run build

FROM node:24-slim AS packages
WORKDIR /lethe
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:24-slim
RUN mkdir -p /data /keys && chown node:node /data /keys && chmod 700 /data /keys
WORKDIR /lethe
COPY --from=packages /lethe/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json LICENSE ./
COPY policies policies
COPY migrations migrations
# Each of Node's threads would keep freed memory of its own.
ENV MALLOC_ARENA_MAX=2
ENV NODE_ENV=production LETHE_DATA=/data LETHE_EPOCHS=/keys/epochs LETHE_TRACKER=0.0.0.0:8080 LETHE_API=0.0.0.0:8081
USER node
VOLUME ["/data", "/keys"]
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8081/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/cli/lethe.js"]
CMD ["up"]
