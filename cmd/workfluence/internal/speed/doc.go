// Package speed holds the benchmarks that run the real binary: sales over HTTP
// until the buyer has access, with what each part burns of the processor, and
// how soon and how large a started process is.
package speed
