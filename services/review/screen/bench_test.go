package screen

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// cpu is what the process has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkScreen is a whole pre-screen of a post of 3,000 characters: folding, about 6,000 phrases a language, detectors,
// all rules and conditions. The posts are the labelled ones of one language, joined and cut.
func BenchmarkScreen(b *testing.B) {
	s, err := StarterScreener()
	if err != nil {
		b.Fatal(err)
	}
	for _, lang := range Languages {
		var all strings.Builder
		for _, p := range posts(b) {
			if p.Lang == lang {
				all.WriteString(p.Text + "\n\n")
			}
		}
		text := string([]rune(all.String())[:3000])
		b.Run(lang, func(b *testing.B) {
			program := s.programs[indexOf(lang)]
			b.ReportAllocs()
			before := cpu(b)
			for b.Loop() {
				if _, err := s.Screen(Post{Lang: lang, Text: text}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N)/1000, "cpu-ms/post")
			b.ReportMetric(float64(len(program.of)), "phrases")
			b.ReportMetric(float64(len(s.policy.Rules)), "rules")
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(Starter(), Facts{}); err != nil {
			b.Fatal(err)
		}
	}
}

func indexOf(lang string) int {
	for i, l := range Languages {
		if l == lang {
			return i
		}
	}
	return -1
}
