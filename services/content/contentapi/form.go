package contentapi

// Form is what a kind of document has besides its text, and where it may appear.
type Form struct {
	Title, Caption bool
	Channels       []string // the usual one first
}

// Kinds are all kinds of a document, the usual one first.
var Kinds = []string{KindPost, KindArticle, KindClip, KindNewsletter, KindMemberPost, KindBroadcast, KindDeliverable}

// FormOf is the form of a kind; of an unknown one it is empty, and takes no channel.
func FormOf(kind string) Form {
	switch kind {
	case KindPost:
		return Form{Channels: []string{ChannelLinkedIn}}
	case KindArticle:
		return Form{Title: true, Channels: []string{ChannelLinkedIn}}
	case KindClip:
		return Form{Caption: true, Channels: []string{ChannelTikTok}}
	case KindNewsletter:
		return Form{Title: true, Channels: []string{ChannelNewsletter}}
	case KindMemberPost:
		return Form{Title: true, Channels: []string{ChannelMembers}}
	case KindBroadcast:
		return Form{Title: true, Channels: []string{ChannelMembers, ChannelNewsletter}}
	case KindDeliverable:
		return Form{Title: true, Caption: true, Channels: []string{ChannelLinkedIn, ChannelTikTok, ChannelNewsletter, ChannelMembers, ChannelAir}}
	}
	return Form{}
}
