package locale

import (
	"strconv"
	"strings"
	"time"
)

// Date writes the day in full, with its year: 27 November 2026.
func (l L) Date(t time.Time) string { return l.pattern(t, calendars[l.Tag].date) }

// ShortDate writes the day for tables: 27 Nov 2026. Arabic and Chinese have no shorter form that reads well, and keep the full one.
func (l L) ShortDate(t time.Time) string { return l.pattern(t, calendars[l.Tag].short) }

// Day names the weekday of a day that is near: Friday 27 November.
func (l L) Day(t time.Time) string { return l.pattern(t, calendars[l.Tag].day) }

// Month names a month: November 2026.
func (l L) Month(t time.Time) string { return l.pattern(t, calendars[l.Tag].month) }

// Time writes the time of day: 15:04.
func (l L) Time(t time.Time) string { return l.pattern(t, calendars[l.Tag].clock) }

// DateTime writes day and time: 27 November 2026 at 15:04.
func (l L) DateTime(t time.Time) string { return l.pattern(t, calendars[l.Tag].dateTime) }

// DayTime writes a near day and its time: Friday 27 November at 15:04.
func (l L) DayTime(t time.Time) string { return l.pattern(t, calendars[l.Tag].dayTime) }

// City is the place that a zone is named after, for "10:04 in Stockholm"; UTC stays UTC.
func (l L) City() string {
	name := l.zone.String()
	return strings.ReplaceAll(name[strings.LastIndex(name, "/")+1:], "_", " ")
}

// RelativeDay says how the day of t lies to the day of now in the speaker's zone: yesterday, today, in 3 days.
// Beyond six days either way it names the day instead, because nobody counts further.
func (l L) RelativeDay(t, now time.Time) string {
	n := int(dayNumber(t.In(l.zone)) - dayNumber(now.In(l.zone)))
	if n < -6 || n > 6 {
		if t.In(l.zone).Year() == now.In(l.zone).Year() {
			return l.Day(t)
		}
		return l.Date(t)
	}
	return l.days(n)
}

// dayNumber counts calendar days, so that a day with a clock change is still one day.
func dayNumber(t time.Time) int64 {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
}

// days writes a distance in days, between -6 and 6.
func (l L) days(n int) string {
	c := calendars[l.Tag]
	if s, ok := c.near[n]; ok {
		return s
	}
	if n < 0 {
		return strings.Replace(c.ago, "#", strconv.Itoa(-n), 1)
	}
	return strings.Replace(c.ahead, "#", strconv.Itoa(n), 1)
}

// pattern fills a pattern of calendars. Its letters follow CLDR: E weekday, d day, M month, y year, H hour of
// 24, h hour of 12, m minute, a half of the day; anything between quotes and any other sign stands for itself.
func (l L) pattern(t time.Time, p string) string {
	t = t.In(l.zone)
	c := calendars[l.Tag]
	var b strings.Builder
	quoted := false
	for i := 0; i < len(p); {
		ch := p[i]
		if ch == '\'' {
			quoted = !quoted
			i++
			continue
		}
		n := 1
		for i+n < len(p) && p[i+n] == ch {
			n++
		}
		if quoted || !strings.ContainsRune("EdMyHhma", rune(ch)) {
			b.WriteByte(ch)
			i++
			continue
		}
		i += n
		switch ch {
		case 'E':
			b.WriteString(c.weekdays[t.Weekday()])
		case 'd':
			b.WriteString(strconv.Itoa(t.Day()))
		case 'M':
			b.WriteString(c.monthName(t.Month(), n))
		case 'y':
			b.WriteString(strconv.Itoa(t.Year()))
		case 'H':
			b.WriteString(two(t.Hour()))
		case 'h':
			b.WriteString(strconv.Itoa((t.Hour()+11)%12 + 1))
		case 'm':
			b.WriteString(two(t.Minute()))
		case 'a':
			b.WriteString(c.halves[t.Hour()/12])
		}
	}
	return b.String()
}

func two(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
