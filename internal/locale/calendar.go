package locale

import (
	"strconv"
	"time"
)

// calendar is what a language needs to write days: CLDR's patterns and names.
type calendar struct {
	date, short, day, month, clock, dateTime, dayTime string

	weekdays    [7]string  // from Sunday
	months      [12]string // in full
	shortMonths [12]string
	halves      [2]string // before and after noon
	near        map[int]string
	ago, ahead  string // # is the number, 3 to 6
}

// monthName writes a month by the width of its pattern: M the number, MMM short, MMMM in full.
func (c calendar) monthName(m time.Month, width int) string {
	switch width {
	case 1:
		return strconv.Itoa(int(m))
	case 3:
		return c.shortMonths[m-1]
	default:
		return c.months[m-1]
	}
}

var arabicMonths = [12]string{"يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو", "يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"}

var calendars = map[Tag]calendar{
	English: {
		date: "d MMMM y", short: "d MMM y", day: "EEEE d MMMM", month: "MMMM y", clock: "HH:mm",
		dateTime: "d MMMM y 'at' HH:mm", dayTime: "EEEE d MMMM 'at' HH:mm",
		weekdays:    [7]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
		months:      [12]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		shortMonths: [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"},
		near:        map[int]string{-1: "yesterday", 0: "today", 1: "tomorrow"},
		ago:         "# days ago", ahead: "in # days",
	},
	French: {
		date: "d MMMM y", short: "d MMM y", day: "EEEE d MMMM", month: "MMMM y", clock: "HH:mm",
		dateTime: "d MMMM y 'à' HH:mm", dayTime: "EEEE d MMMM 'à' HH:mm",
		weekdays:    [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		months:      [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		shortMonths: [12]string{"janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."},
		near:        map[int]string{-2: "avant-hier", -1: "hier", 0: "aujourd’hui", 1: "demain", 2: "après-demain"},
		ago:         "il y a # jours", ahead: "dans # jours",
	},
	Dutch: {
		date: "d MMMM y", short: "d MMM y", day: "EEEE d MMMM", month: "MMMM y", clock: "HH:mm",
		dateTime: "d MMMM y 'om' HH:mm", dayTime: "EEEE d MMMM 'om' HH:mm",
		weekdays:    [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		months:      [12]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		shortMonths: [12]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"},
		near:        map[int]string{-2: "eergisteren", -1: "gisteren", 0: "vandaag", 1: "morgen", 2: "overmorgen"},
		ago:         "# dagen geleden", ahead: "over # dagen",
	},
	Arabic: {
		date: "d MMMM y", short: "d MMMM y", day: "EEEE، d MMMM", month: "MMMM y", clock: "h:mm a",
		dateTime: "d MMMM y في h:mm a", dayTime: "EEEE، d MMMM في h:mm a",
		weekdays:    [7]string{"الأحد", "الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت"},
		months:      arabicMonths,
		shortMonths: arabicMonths,
		halves:      [2]string{"ص", "م"},
		near:        map[int]string{-2: "أول أمس", -1: "أمس", 0: "اليوم", 1: "غدًا", 2: "بعد الغد"},
		ago:         "قبل # أيام", ahead: "خلال # أيام",
	},
	Chinese: {
		date: "y年M月d日", short: "y年M月d日", day: "M月d日EEEE", month: "y年M月", clock: "HH:mm",
		dateTime: "y年M月d日 HH:mm", dayTime: "M月d日EEEE HH:mm",
		weekdays: [7]string{"星期日", "星期一", "星期二", "星期三", "星期四", "星期五", "星期六"},
		near:     map[int]string{-2: "前天", -1: "昨天", 0: "今天", 1: "明天", 2: "后天"},
		ago:      "#天前", ahead: "#天后",
	},
}
