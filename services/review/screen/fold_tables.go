package screen

// zeros are the code points of the digit 0 in the scripts that are in use.
var zeros = []rune{
	0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040, 0x17E0, 0x1810, 0xFF10,
}

// lookalikes gives the Latin letter that a small letter of another alphabet is read as, the letters that Latin ligatures
// stand for, and one form of the Arabic letters that people write in several ways. Screening knows no language in the
// Cyrillic, Greek or Armenian alphabet, so their letters are always read as Latin ones.
var lookalikes = func() map[rune]string {
	m := map[rune]string{
		'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ħ': "h", 'ı': "i", 'ſ': "s", 'þ': "th", 'ð': "d",
		'ى': "ي", 'ة': "ه", 'ی': "ي", 'ک': "ك", 'گ': "ك", 'ڤ': "ف", 'پ': "ب", 'چ': "ج", 'ٱ': "ا", 'ە': "ه", 'ہ': "ه", 'ے': "ي", 'ء': "",
		'，': ",", '。': ".", '「': "\"", '」': "\"", '“': "\"", '”': "\"", '«': "\"", '»': "\"", '—': " ", '٪': "%", '٫': ".", '٬': ",",
	}
	pairs := func(from, to string) {
		letters := []rune(to)
		for i, r := range []rune(from) {
			m[r] = string(letters[i])
		}
	}
	pairs("авсԁеєһіїјкӏмпорԛгѕтуѵԝхьзё", "abcdeehiijklmnopqrstyvwxb3e")
	pairs("αβςεηικνορτυχγωσμ", "abcenikvoptuxywsu")
	pairs("օսհոցյզ", "ouhngjq")
	pairs("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡɩʋ", "abcdefghijklmnoprstuvwyzagiv")
	return m
}()

// simplified gives the simplified form of traditional characters, for the words that rules are made of.
var simplified = func() map[rune]rune {
	m := map[rune]rune{}
	to := []rune(simplifiedForms)
	for i, r := range []rune(traditionalForms) {
		m[r] = to[i]
	}
	return m
}()

const (
	traditionalForms = "員資開關業務財務報會計劃減薪費時間勞動權益組織罷舉報騷擾領導競爭對產品發佈數據庫內機密戶簽約訴訟庭證據獎職離辭調額營利潤總體聯絡廣告贊" +
		"認識說話語請問題錢買賣價單貨廠車鐘點長線網頁電腦視頻錄影檔複製權標誌圖聲優結構轉換崗補償賠貼條傷險檢測實際應該還沒給這個們來為從後見現" +
		"無論讓過選擇億萬兩餘漲跌復購併協議書紀錄醫療藥師護學監獄婚兒歲親戶籍號碼銀行帳賬聞媒記採訪獲準備歸屬寫處長陳劉張楊趙週壓榨奪強迫盡頭條腦圍繞預測將達" +
		"億績幣滿華貴風飛驗試練講課師傅專兼業備註冊僅參與討論維護爭取獨佔創歷程遲緩懷孕產假懲罰違規範導稅證監雙壞爛爺媽聽聯"
	simplifiedForms = "员资开关业务财务报会计划减薪费时间劳动权益组织罢举报骚扰领导竞争对产品发布数据库内机密户签约诉讼庭证据奖职离辞调额营利润总体联络广告赞" +
		"认识说话语请问题钱买卖价单货厂车钟点长线网页电脑视频录影档复制权标志图声优结构转换岗补偿赔贴条伤险检测实际应该还没给这个们来为从后见现" +
		"无论让过选择亿万两余涨跌复购并协议书纪录医疗药师护学监狱婚儿岁亲户籍号码银行帐账闻媒记采访获准备归属写处长陈刘张杨赵周压榨夺强迫尽头条脑围绕预测将达" +
		"亿绩币满华贵风飞验试练讲课师傅专兼业备注册仅参与讨论维护争取独占创历程迟缓怀孕产假惩罚违规范导税证监双坏烂爷妈听联"
)
