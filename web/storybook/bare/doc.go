// Package bare is a page of cards without a frame, words in languages or rules:
// what templ itself costs, against which the benchmarks of our pages are held.
// It has about as many expressions and components to the kilobyte as they have.
package bare
