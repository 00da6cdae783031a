// Command cmd serves the storybook without a backend, for looking at views and for the browser tests:
//
//	go run ./web/storybook/cmd -listen 127.0.0.1:8090
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/workfluence/workfluence/web"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address to listen on")
	flag.Parse()
	if err := serve(*listen); err != nil {
		fmt.Fprintln(os.Stderr, "storybook:", err)
		os.Exit(1)
	}
}

func serve(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/dev/storybook\n", l.Addr())
	srv := &http.Server{Handler: web.Storybook(), ReadHeaderTimeout: 5 * time.Second}
	return srv.Serve(l)
}
