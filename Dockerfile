# The whole house in one static binary; every Deployment runs this image with another --target.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /workfluence ./cmd/workfluence

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /workfluence /workfluence
USER 65532:65532
ENTRYPOINT ["/workfluence"]
