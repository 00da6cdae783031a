package content

import (
	"net/url"
	"slices"
	"strings"

	"github.com/workfluence/workfluence/services/content/contentapi"
)

// sites are the domains on which a channel's profiles stand.
var sites = map[string]string{contentapi.ChannelLinkedIn: "linkedin.com", contentapi.ChannelTikTok: "tiktok.com"}

// newDestination brings a place into its one spelling: countries sorted, a profile's address without what comes and goes.
// The reason is "" when all is well.
func newDestination(d contentapi.Destination) (place contentapi.Destination, reason string) {
	countries := append([]string(nil), d.Countries...) // none is nil, as it is when it is read again
	slices.Sort(countries)
	place = contentapi.Destination{Channel: d.Channel, Profile: oneLine(d.Profile), Countries: countries}
	if strings.ContainsRune(place.Profile, 0) {
		return place, "holds a zero character"
	}
	site, ok := sites[d.Channel]
	if !ok || place.Profile == "" {
		return place, ""
	}
	u, err := url.Parse(place.Profile)
	if err != nil || !slices.Contains([]string{"http", "https"}, u.Scheme) || u.User != nil || u.Port() != "" {
		return place, "must be the address of a profile, such as https://www." + site + "/…"
	}
	host := strings.ToLower(u.Hostname())
	if host != site && !strings.HasSuffix(host, "."+site) {
		return place, "must be on " + site
	}
	name := strings.TrimRight(u.EscapedPath(), "/")
	if name == "" {
		return place, "names no profile"
	}
	place.Profile = "https://www." + site + name
	return place, ""
}

// names says whether a place is in the list, whatever its countries.
func names(list []contentapi.Destination, place contentapi.Destination) bool {
	return slices.ContainsFunc(list, func(d contentapi.Destination) bool { return samePlace(d, place) })
}

func samePlace(a, b contentapi.Destination) bool {
	return a.Channel == b.Channel && a.Profile == b.Profile
}

func sortDestinations(list []contentapi.Destination) {
	slices.SortFunc(list, func(a, b contentapi.Destination) int {
		if c := strings.Compare(a.Channel, b.Channel); c != 0 {
			return c
		}
		return strings.Compare(a.Profile, b.Profile)
	})
}
