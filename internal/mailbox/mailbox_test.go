package mailbox

import "testing"

func TestADomainIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{
		"acme.example": "acme.example", " ACME.example ": "acme.example", "https://www.acme.co.uk/about": "acme.co.uk", "mail.acme.co.uk.": "acme.co.uk",
		"bücher.example": "xn--bcher-kva.example", "co.uk": "", "": "", "127.0.0.1": "", "acme": "", "a b.example": "", "-x.example": "", "\xff.example": "",
	} {
		if got, err := Domain(typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q %v", typed, got, err)
		}
	}
	for host, want := range map[string]bool{"gmail.com": true, "mail.gmail.com": true, "acme.example": false} {
		if PublicDomain(host) != want {
			t.Errorf("%s: not %v", host, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"hr@acme.example", "a+b@x.co.uk", "ü@bücher.example", "@", "a@b@c.example"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		m, err := Parse(typed)
		if err != nil {
			return
		}
		if again, err := Parse(string(m)); err != nil || again != m || m.Domain() == "" {
			t.Fatalf("%q reads as %q, which reads as %q %v", typed, m, again, err)
		}
	})
}
