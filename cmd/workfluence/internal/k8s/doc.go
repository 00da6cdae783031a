// Package k8s holds the test that compares k8s/base with the binary: targets,
// flags, ports, probes and secret keys.
package k8s
