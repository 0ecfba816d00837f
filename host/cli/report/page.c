/* A page: one HTML file that includes its pictures. */
#define _DEFAULT_SOURCE /* b64_ntop */
#include "page.h"
#include "shell/shell.h"

#include <resolv.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char style[] =
    "body{max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff;"
    "font:16px/1.5 system-ui,sans-serif}\n"
    "h1{font-size:1.7rem;margin-bottom:.2rem}\n"
    "h2{font-size:1.25rem;margin-top:2.5rem;border-bottom:1px solid #ddd}\n"
    "h3{font-size:1rem;margin-bottom:.3rem}\n"
    "nav a{margin-right:1rem}\n"
    "a{color:#2f6db5}\n"
    "img{max-width:100%;height:auto;border:1px solid #e4e4e4;margin:.4rem 0}\n"
    ".wide{overflow-x:auto}\n"
    "table{border-collapse:collapse;margin:.6rem 0;font-size:.92rem;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top;"
    "border-bottom:1px solid #eee}\n"
    "th{font-weight:600;border-bottom:1px solid #bbb}\n"
    ".number{text-align:right}\n"
    "pre{background:#f6f6f6;padding:.7rem;font-size:.85rem;white-space:pre-wrap;"
    "overflow-wrap:anywhere}\n"
    ".note{color:#666}\n"
    "@media print{nav{display:none}h2{break-after:avoid}img,table{break-inside:avoid}}\n";

/* ---- Text ------------------------------------------------------------------ */

/* Escape a text; bytes that are not UTF-8, and control characters, become question
 * marks. */
static void put_escaped(FILE *out, const char *text)
{
    for (size_t n; *text; text += n ? n : 1) {
        n = text_character(text);
        switch (*text) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\n':
        case '\t':
            fputc(*text, out);
            break;
        default:
            if (n && !text_control(text))
                fwrite(text, 1, n, out);
            else
                fputc('?', out);
        }
    }
}

static void put_formatted(FILE *out, const char *format, va_list args)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    put_escaped(out, text);
}

static void put_element(cli_page *page, const char *opening, const char *closing,
                        const char *format, va_list args)
{
    fputs(opening, page->file.stream);
    put_formatted(page->file.stream, format, args);
    fputs(closing, page->file.stream);
}

/* ---- The page -------------------------------------------------------------- */

int page_open(cli_page *page, const char *path, const char *title)
{
    *page = (cli_page){ 0 };
    const int code = output_open(&page->file, path);
    if (code != CLI_DONE)
        return code;
    FILE *out = page->file.stream;
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width\">\n<title>",
          out);
    put_escaped(out, title);
    fprintf(out, "</title>\n<style>\n%s</style>\n<h1>", style);
    put_escaped(out, title);
    fputs("</h1>\n", out);
    return CLI_DONE;
}

int page_close(cli_page *page)
{
    fputs("</html>\n", page->file.stream);
    return output_close(&page->file);
}

void page_drop(cli_page *page)
{
    if (page->file.stream)
        output_drop(&page->file);
}

void page_contents(cli_page *page, const char *const *names, size_t n)
{
    FILE *out = page->file.stream;
    fputs("<nav>\n", out);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "<a href=\"#%zu\">%s</a>\n", i + 1, names[i]);
    fputs("</nav>\n", out);
}

void page_section(cli_page *page, const char *name)
{
    fprintf(page->file.stream, "<h2 id=\"%zu\">", ++page->sections);
    put_escaped(page->file.stream, name);
    fputs("</h2>\n", page->file.stream);
}

void page_heading(cli_page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_element(page, "<h3>", "</h3>\n", format, args);
    va_end(args);
}

void page_text(cli_page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_element(page, "<p>", "</p>\n", format, args);
    va_end(args);
}

void page_note(cli_page *page, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_element(page, "<p class=\"note\">", "</p>\n", format, args);
    va_end(args);
}

void page_lines(cli_page *page, const char *text)
{
    fputs("<pre>", page->file.stream);
    put_escaped(page->file.stream, text);
    fputs("</pre>\n", page->file.stream);
}

void page_folded(cli_page *page, const char *name, const char *text)
{
    fputs("<details><summary>", page->file.stream);
    put_escaped(page->file.stream, name);
    fputs("</summary>\n", page->file.stream);
    page_lines(page, text);
    fputs("</details>\n", page->file.stream);
}

/* ---- Tables ---------------------------------------------------------------- */

void page_table(cli_page *page, const char *const *names, size_t n, size_t texts)
{
    page->columns = n;
    page->texts = texts;
    page->cells = 0;
    fputs("<div class=\"wide\"><table>\n", page->file.stream);
    for (size_t i = 0; i < n; i++) {
        fputs(i == 0       ? "<tr><th>"
              : i >= texts ? "<th class=\"number\">"
                           : "<th>",
              page->file.stream);
        put_escaped(page->file.stream, names[i]);
        fputs("</th>", page->file.stream);
    }
    fputs(n ? "</tr>\n" : "", page->file.stream);
}

void page_cell(cli_page *page, const char *format, ...)
{
    FILE *out = page->file.stream;
    const size_t column = page->cells++ % page->columns;
    va_list args;
    if (column == 0)
        fputs("<tr>", out);
    va_start(args, format);
    put_element(page, column >= page->texts ? "<td class=\"number\">" : "<td>", "</td>",
                format, args);
    va_end(args);
    if (column + 1 == page->columns)
        fputs("</tr>\n", out);
}

void page_facts(cli_page *page)
{
    page_table(page, NULL, 0, 2);
    page->columns = 2;
}

void page_table_end(cli_page *page)
{
    fputs("</table></div>\n", page->file.stream);
}

/* ---- Pictures -------------------------------------------------------------- */

static void put_base64(FILE *out, const char *bytes, size_t n)
{
    enum { PIECE = 3 * 1024 }; /* a multiple of 3, so that the encoded pieces join */
    char text[4 * PIECE / 3 + 8];
    for (size_t i = 0; i < n; i += PIECE) {
        b64_ntop((const unsigned char *)bytes + i, n - i < PIECE ? n - i : PIECE, text,
                 sizeof text);
        fputs(text, out);
    }
}

int page_picture(cli_page *page, cli_picture *picture, const char *about, int code)
{
    char *bytes = NULL;
    size_t n = 0;
    FILE *memory = code == CLI_DONE ? open_memstream(&bytes, &n) : NULL;
    if (code == CLI_DONE && !memory)
        code = message_error("out of memory for a picture");
    if (memory) {
        code = draw_write(picture, memory, about);
        if (fclose(memory) != 0 && code == CLI_DONE)
            code = message_error("out of memory for a picture");
    }
    if (code == CLI_DONE) {
        fputs("<img alt=\"", page->file.stream);
        put_escaped(page->file.stream, about);
        fputs("\" src=\"data:image/png;base64,", page->file.stream);
        put_base64(page->file.stream, bytes, n);
        fputs("\">\n", page->file.stream);
    }
    free(bytes);
    draw_free(picture);
    return code;
}
