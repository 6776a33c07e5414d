import ParleyMailWire
import Testing

/// HTML as text, seen through a mail that has nothing else.
@Suite struct HTMLTextTests {
    static func text(_ html: String, limits: MailLimits = MailLimits()) -> String {
        ParsedMail(Fixtures.part("Content-Type: text/html; charset=utf-8", Array(html.utf8)), limits: limits).text
    }

    @Test(arguments: [
        ("a<br>b", "a\nb"), ("a<br><br>b", "a\n\nb"), ("a<br><br><br><br>b", "a\n\nb"), ("<div>a</div><div>b</div>", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"), ("<p>a<p>b", "a\n\nb"), ("<p>a  b\n c</p>", "a b c"), ("<b>a</b> <i>b</i>c", "a bc"),
        ("<a href='https://x.example/y'>here</a>.", "here (https://x.example/y)."),
        ("<a href='https://x.example/'>x.example</a>", "x.example"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"), ("<a href='mailto:a@b.example'>write</a>", "write (a@b.example)"),
        ("<a href='javascript:alert(1)'>x</a>", "x"), ("<a href='#top'>x</a>", "x"),
        ("<a href='https://x.example/y'></a>", "https://x.example/y"),
        ("<ul><li>one<li>two</ul>end", "- one\n- two\n\nend"), ("<ol><li><p>one</p></li></ol>", "- one"),
        ("<blockquote>a<br>b<blockquote>c</blockquote></blockquote>d", "> a\n> b\n>\n>> c\n\nd"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\nc"), ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a b\nc d"),
        ("<pre>a\n  b</pre>", "a\n  b"), ("<script>x<b></script>a<style>y</style><!-- z --><title>t</title>", "a"),
        ("a<!-- <b> -->b", "ab"),
        ("<head><meta charset=x><title>t</title></head>a", "a"), ("<div style='display: none'>pre</div>a<span hidden>b</span>", "a"),
        ("&lt;b&gt; &euro; &#8364; &nbsp;x &unknown;", "<b> € € \u{a0}x &unknown;"), ("1 < 2 <3", "1 < 2 <3"),
        ("<img alt='logo' src=x>", "logo"),
        ("a<hr>b", "a\n---\nb"), ("<h1>T</h1>x", "T\n\nx"), ("</div></p>a</b>", "a"), ("<b><p>a</b>b</p>", "a\n\nb"),
        ("<p title='a>b' x=\"<i>\">c", "c"),
        ("a<!--unclosed", "a"), ("a<script>unclosed", "a"), ("a<b", "a"), ("<!DOCTYPE html><?xml x?><html>a", "a"),
        ("<p>\u{a0}</p>a<p>&nbsp;</p>b", "a\n\nb"),
        ("<x-y>a</x-y>b", "a\nb"), ("", ""), ("<p>é ü 日本</p>", "é ü 日本"),
    ]) func text(_ html: String, _ expected: String) {
        #expect(Self.text(html) == expected)
    }

    static let bombs: [(String, String, String)] = [
        ("50,000 open divs", String(repeating: "<div>", count: 50_000) + "deep", "deep"),
        ("50,000 closed divs", String(repeating: "<div>", count: 50_000) + "deep" + String(repeating: "</div>", count: 50_000), "deep"),
        ("paragraphs without end", String(repeating: "<p>x", count: 2000) + "<p>last", "last"),
        ("attributes", "<div " + (0..<100_000).map { "a\($0) " }.joined() + ">deep</div>", "deep"),
        ("end tags without start", String(repeating: "<div>", count: 20_000) + String(repeating: "</b>", count: 50_000) + "deep", "deep"),
        ("misnested", String(repeating: "<p><b><div></p>", count: 20_000) + "deep", "deep"),
        ("quotes", String(repeating: "<blockquote>", count: 5000) + "deep", "deep"),
        ("links", String(repeating: "<a href=http://x/>", count: 20_000) + "deep", "deep"),
        ("entities", String(repeating: "&", count: 100_000) + "deep", "deep"),
        ("comments", String(repeating: "<!-->", count: 50_000) + "deep", "deep"),
        ("raw elements", String(repeating: "<script></script", count: 20_000) + ">deep", "deep"),
    ]

    @Test(arguments: bombs) func bomb(_ name: String, _ html: String, _ expected: String) {
        #expect(Self.text(html).contains(expected))
    }

    @Test func inputOverTheLimitIsCut() {
        let raw = Fixtures.part("Content-Type: text/html", Array("<p>123456789</p>".utf8))
        let mail = ParsedMail(raw, limits: MailLimits(htmlBytesMax: 8))
        #expect(mail.text == "12345" && mail.problems == [.htmlCut])
    }
}
