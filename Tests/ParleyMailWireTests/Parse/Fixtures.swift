import ParleyMailWire

/// Mails as they arrive. Written with LF; given with CRLF.
enum Fixtures {
    static func mail(_ text: String) -> [UInt8] {
        Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
    }

    /// A single part with a header of its own.
    static func part(_ header: String, _ body: [UInt8]) -> [UInt8] {
        mail("From: a@b.example\nMIME-Version: 1.0\n\(header)\n\n") + body
    }

    static let plain = mail(
        """
        From: "Alice Example" <alice@example.org>
        To: Support <support@gw.example>, bob@example.org
        Cc: Team: carol@example.org, Dave <dave@example.org>;
        Sender: secretary@example.org
        Reply-To: reply@example.org
        Subject: Hello
         there
        Date: Sun, 22 Nov 2026 13:23:09 +0100
        Message-ID: <m1@example.org>
        In-Reply-To: <c.1@gw.example>
        References: <root@gw.example> <c.0@gw.example>
         <c.1@gw.example>
        Auto-Submitted: Auto-Replied (vacation)
        Precedence: BULK
        X-Custom: one
        x-custom: two

        Good morning,

        see you.
        """)

    static let alternative = mail(
        """
        From: a@b.example
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="alt (1)"

        This is a preamble.
        --alt (1)
        Content-Type: text/plain; charset=utf-8

        plain text
        --alt (1)
        Content-Type: text/html; charset=utf-8

        <p>html text</p>
        --alt (1)--

        """)

    static let htmlOnly = mail(
        """
        From: a@b.example
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8

        <html><head><title>no</title><style>p{}</style></head><body><p>First &amp; <b>best</b></p><p>Second</p></body></html>
        """)

    static let mixed = mail(
        """
        From: a@b.example
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=mix

        --mix
        Content-Type: text/plain

        look:
        --mix
        Content-Type: image/png; name="=?utf-8?q?gr=C3=BCn.png?="
        Content-Transfer-Encoding: base64
        Content-Disposition: inline

        iVBORw0KGgo=
        --mix
        Content-Type: text/plain

        after the picture
        --mix--

        """)

    static let nestedRelated = mail(
        """
        From: a@b.example
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=mix

        --mix
        Content-Type: multipart/alternative; boundary=alt

        --alt
        Content-Type: text/plain

        the text
        --alt
        Content-Type: multipart/related; boundary=rel

        --rel
        Content-Type: text/html

        <p>the html <img src="cid:logo%40x"></p>
        --rel
        Content-Type: image/gif
        Content-ID: <logo@x>
        Content-Transfer-Encoding: base64

        R0lGODlh
        --rel
        Content-Type: image/gif
        Content-ID: <unused@x>
        Content-Transfer-Encoding: base64

        R0lGODdh
        --rel--
        --alt--
        --mix
        Content-Type: application/pdf
        Content-Disposition: attachment; filename*0*=UTF-8''%E2%82%AC%20rates; filename*1=" 2026"; filename*2=.pdf

        %PDF-
        --mix
        Content-Type: message/rfc822

        From: inner@example.org
        Subject: inner

        inner text
        --mix--

        """)

    static let flowed = mail(
        """
        From: a@b.example
        Content-Type: text/plain; charset=utf-8; format=flowed

        This is one \nparagraph.

        > quoted \n> text
        >> deeper
         space-stuffed
        -- \nsignature
        """)

    static let flowedDelSp = mail(
        """
        From: a@b.example
        Content-Type: text/plain; format=flowed; delsp=yes

        wonder \nful day
        """)

    static let brokenBoundary = mail(
        """
        From: a@b.example
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=promised

        --given
        Content-Type: text/plain

        still here
        --given--
        """)

    static let unclosed = mail(
        """
        From: a@b.example
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=x

        --x
        Content-Type: text/plain

        first
        --x
        Content-Type: application/octet-stream; name=cut.bin
        Content-Transfer-Encoding: base64

        AAEC
        """)

    static let subjectSplit = mail(
        """
        From: =?iso-8859-1?Q?J=FCrgen?= <j@b.example>
        Subject: =?utf-8?B?w6TDtsM=?= =?utf-8?B?vA==?= =?koi8-r?B?8NLJ18XU?= and plain

        x
        """)

    static let encodedLineBreak = mail(
        """
        From: =?utf-8?Q?a=0D=0ABcc:_x?= <a@b.example>
        Subject: =?utf-8?Q?one=0D=0ABcc:_evil@example.org=00?=

        x
        """)

    static let signed = mail(
        """
        From: a@b.example
        MIME-Version: 1.0
        Content-Type: multipart/signed; boundary=s; protocol="application/pgp-signature"

        --s
        Content-Type: text/plain

        signed text
        --s
        Content-Type: application/pgp-signature; name="signature.asc"

        -----BEGIN PGP SIGNATURE-----
        --s--

        """)

    static let all: [[UInt8]] = [
        plain, alternative, htmlOnly, mixed, nestedRelated, flowed, flowedDelSp, brokenBoundary, unclosed, subjectSplit, encodedLineBreak,
        signed,
    ]
}
