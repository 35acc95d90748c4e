"""One page of a PDF as a picture: run as a program of its own, on bytes of strangers, with little to break.

    python page_picture.py PAGE WIDTH < file.pdf > page.webp

It is started by `documents/previews.py` with limits on memory and time, imports nothing of the product and
opens neither file nor network: what a malicious PDF could take over is this process alone.
"""

import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 10
TALLEST = 3.0  # heights over width beyond which a page is no page


def limit() -> None:
    """Take away what a picture does not need: memory, time, files that grow."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main(number: int, width: int) -> bytes:
    """Return the WebP of a page (from 1) of the PDF on the standard input, so many pixels wide."""
    from io import BytesIO

    import pypdfium2

    limit()
    data = sys.stdin.buffer.read()
    page = pypdfium2.PdfDocument(data)[number - 1]
    wide, high = page.get_size()
    if wide <= 0 or high / wide > TALLEST:
        raise ValueError("no page to look at")
    picture = page.render(scale=width / wide).to_pil()
    out = BytesIO()
    picture.convert("RGB").save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(main(int(sys.argv[1]), int(sys.argv[2])))
