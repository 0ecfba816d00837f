/* Downloads published data sets.  The only file that includes curl.h. */
#include "base/file.h"
#include "io.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PLACES = 3, CONNECT_SECONDS = 20, SILENT_SECONDS = 60 };

/* Several .gz files have the same content, so the checksum is that of the content. */
static const egad_published kdd99[] = {
    { "kddcup.data_10_percent",
      "f8c8267ebcd9c0ed1fd7d6277fe5bfff8732e9b7db8e61b873542b2a534b6f9a" },
};

typedef struct {
    const char *name;
    const egad_published *file;
    size_t files;
    const char *place[PLACES]; /* URL of a folder, with final slash, or of the file */
} collection;

static const collection collections[] = {
    { "mnist",
      egad_published_mnist,
      EGAD_MNIST_FILES,
      { "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/" } },
    { "kdd99",
      kdd99,
      1,
      { "http://kdd.ics.uci.edu/databases/kddcup99/",
        "https://archive.ics.uci.edu/ml/machine-learning-databases/kddcup99-mld/",
        "https://ndownloader.figshare.com/files/5976042" } },
};
enum { COLLECTIONS = sizeof collections / sizeof *collections };

typedef struct {
    const egad_fetch_options *options;
    CURL *curl;
    const char *sha256; /* of the current file's content */
    char *path, *part;  /* the file, and its partial download */
    const char *name;   /* its name, within `path` */
    FILE *stream;
    uint64_t had; /* bytes from earlier attempts */
    int stopped;
    int write_error; /* errno */
    CURLcode code;
    char error[CURL_ERROR_SIZE];
} fetching;

/* ---- Existing files ------------------------------------------------------- */

/* *right: 1 if the file is a .gz with this content. */
static egad_status is_right(const char *path, const char *sha256, int *right)
{
    egad_status status = EGAD_OK;
    egad_input *text = NULL;
    char buffer[65536], sum[65] = "";
    unsigned char magic[2] = { 0 };
    size_t got = 1;
    FILE *file = fopen(path, "rb");

    *right = 0;
    if (!file)
        FAIL(FILE, "fetch: cannot open '%s': %s", path, strerror(errno));
    const size_t n = fread(magic, 1, 2, file);
    fclose(file);
    if (n < 2 || magic[0] != 0x1f || magic[1] != 0x8b)
        goto done;
    /* A truncated or damaged file is not right, but not an error. */
    if (egad_input_open(&text, path) != EGAD_OK)
        goto done;
    while (got > 0) {
        if (egad_input_read(text, buffer, sizeof buffer, &got) != EGAD_OK)
            goto done;
    }
    egad_input_sha256(text, sum);
    *right = strcmp(sum, sha256) == 0;
done:
    egad_input_close(text);
    return status;
}

static egad_status make_folder(const char *folder, int *made)
{
    egad_status status = EGAD_OK;
    struct stat info;

    *made = mkdir(folder, 0777) == 0;
    if (!*made && errno != EEXIST)
        FAIL(FILE, "fetch: cannot create the folder '%s': %s", folder, strerror(errno));
    if (stat(folder, &info) != 0)
        FAIL(FILE, "fetch: cannot open '%s': %s", folder, strerror(errno));
    if (!S_ISDIR(info.st_mode))
        FAIL(FILE, "fetch: '%s' is not a folder", folder);
done:
    return status;
}

/* ---- One transfer ---------------------------------------------------------- */

static size_t on_bytes(char *bytes, size_t size, size_t n, void *context)
{
    fetching *f = context;
    const size_t got = fwrite(bytes, size, n, f->stream);
    if (got < n)
        f->write_error = errno;
    return got * size;
}

static int on_progress(void *context, curl_off_t total, curl_off_t bytes,
                       curl_off_t up_total, curl_off_t up)
{
    fetching *f = context;
    (void)up_total;
    (void)up;
    if (!f->options->progress)
        return 0;
    f->stopped =
        f->options->progress(f->options->context, f->name, f->had + (uint64_t)bytes,
                             total > 0 ? f->had + (uint64_t)total : 0);
    return f->stopped;
}

static CURLcode transfer(fetching *f, const char *url)
{
    CURL *c = f->curl;

    curl_easy_reset(c);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_USERAGENT, "egad/" EGAD_VERSION);
    curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)SILENT_SECONDS);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, f->error);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(c, CURLOPT_XFERINFODATA, f);
    curl_easy_setopt(c, CURLOPT_RESUME_FROM_LARGE, (curl_off_t)f->had);
    f->error[0] = 0;
    const CURLcode code = curl_easy_perform(c);
    if (code != CURLE_OK && !f->error[0])
        snprintf(f->error, sizeof f->error, "%s", curl_easy_strerror(code));
    return code;
}

/* Open the .part file, to continue it or, with `anew`, to start over. */
static egad_status open_part(fetching *f, int anew)
{
    egad_status status = EGAD_OK;
    struct stat info;

    f->stream = fopen(f->part, anew ? "wb" : "ab");
    if (!f->stream || fstat(fileno(f->stream), &info) != 0)
        FAIL(FILE, "fetch: cannot write '%s': %s", f->part, strerror(errno));
    f->had = (uint64_t)info.st_size;
done:
    return status;
}

/* Download; the result is in f->code and f->error. */
static egad_status try_url(fetching *f, const char *url, int anew)
{
    egad_status status = EGAD_OK;

    TRY(open_part(f, anew));
    f->code = transfer(f, url);
    if (f->write_error)
        FAIL(FILE, "fetch: cannot write '%s': %s", f->part, strerror(f->write_error));
    FILE *stream = f->stream;
    f->stream = NULL;
    TRY(egad_file_close(stream, f->part));
    if (f->stopped)
        FAIL(FILE, "fetch: '%s' was stopped; run the same command again to continue",
             f->name);
    struct stat info;
    if (f->code != CURLE_OK && stat(f->part, &info) == 0 && info.st_size == 0)
        unlink(f->part);
done:
    if (f->stream)
        fclose(f->stream);
    f->stream = NULL;
    return status;
}

/* Download from one URL.  A partial file that the server cannot continue, or that turns
 * out wrong, is downloaded once more from the start. */
static egad_status try_place(fetching *f, const char *url, int *right)
{
    egad_status status = EGAD_OK;
    struct stat info;
    const int resumed = stat(f->part, &info) == 0 && info.st_size > 0;

    *right = 0;
    if (resumed) {
        TRY(is_right(f->part, f->sha256, right));
        if (*right)
            goto done;
    }
    for (int anew = !resumed; anew < 2 && !*right; anew++) {
        long answer = 0;
        TRY(try_url(f, url, anew));
        curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &answer);
        if (f->code == CURLE_OK) {
            TRY(is_right(f->part, f->sha256, right));
            if (!*right)
                snprintf(f->error, sizeof f->error,
                         "the downloaded file has a wrong SHA-256");
            if (!*right && anew)
                unlink(f->part);
        } else if (f->code != CURLE_RANGE_ERROR && f->code != CURLE_BAD_DOWNLOAD_RESUME &&
                   answer != 416) {
            break;
        }
    }
done:
    return status;
}

/* ---- One file -------------------------------------------------------------- */

/* Join `place` and the file name, unless `place` is the file's URL; the caller frees *out
 * with free(). */
static egad_status make_url(char **out, const char *place, const char *name, int folder)
{
    egad_status status = EGAD_OK;
    const size_t n = strlen(place), size = n + strlen(name) + 2;

    NEW(*out, size);
    if (n && place[n - 1] == '/')
        snprintf(*out, size, "%s%s", place, name);
    else
        snprintf(*out, size, "%s%s%s", place, folder ? "/" : "", folder ? name : "");
done:
    return status;
}

static egad_status fetch_file(fetching *f, const collection *from, const char *folder)
{
    egad_status status = EGAD_OK;
    const char *own = f->options->url;
    const char *const *place = own ? &own : from->place;
    char *url = NULL, *first = NULL, error[CURL_ERROR_SIZE] = "";
    int right = 0;

    if (access(f->path, F_OK) == 0) {
        TRY(is_right(f->path, f->sha256, &right));
        if (!right)
            FAIL(FORMAT,
                 "fetch: '%s' exists but is not the published file (its SHA-256 "
                 "differs); remove it to download it",
                 f->path);
        goto done;
    }
    for (int i = 0; i < (own ? 1 : PLACES) && place[i] && !right; i++) {
        free(url);
        url = NULL;
        TRY(make_url(&url, place[i], f->name, own != NULL));
        TRY(try_place(f, url, &right));
        if (i == 0) {
            memcpy(error, f->error, sizeof error);
            TRY(egad_array_text(&first, url));
        }
    }
    if (!right)
        FAIL(FILE,
             "fetch: cannot download '%s' (%.200s); download it by hand from %s and put "
             "it into '%s'",
             f->name, error, first, folder);
    TRY(egad_file_rename(f->part, f->path));
done:
    free(url);
    free(first);
    return status;
}

static egad_status name_paths(fetching *f, const char *folder, const char *name)
{
    egad_status status = EGAD_OK;
    const size_t n = strlen(folder), size = n + strlen(name) + sizeof "/.gz.part";

    NEW(f->path, size);
    NEW(f->part, size);
    snprintf(f->path, size, "%s/%s.gz", folder, name);
    snprintf(f->part, size, "%s.part", f->path);
    f->name = f->path + n + 1;
done:
    return status;
}

static void forget_paths(fetching *f)
{
    free(f->path);
    free(f->part);
    f->path = f->part = NULL;
}

egad_status egad_fetch_run(const char *name, const char *folder,
                           const egad_fetch_options *options)
{
    egad_status status = EGAD_OK;
    egad_fetch_options how = { .url = NULL };
    fetching f = { .options = &how };
    size_t i = 0;
    int made = 0;

    READ_SIZED(egad_fetch_options, &how, options);
    while (i < COLLECTIONS && strcmp(collections[i].name, name) != 0)
        i++;
    if (i == COLLECTIONS)
        FAIL(ARGUMENT, "fetch: unknown data set '%s'; choose mnist or kdd99", name);
    TRY(make_folder(folder, &made));
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(f.curl = curl_easy_init()))
        FAIL(MEMORY, "fetch: cannot start libcurl");
    const collection *from = &collections[i];
    for (size_t k = 0; k < from->files; k++) {
        f.sha256 = from->file[k].sha256;
        forget_paths(&f);
        TRY(name_paths(&f, folder, from->file[k].name));
        TRY(fetch_file(&f, from, folder));
    }
done:
    curl_easy_cleanup(f.curl);
    forget_paths(&f);
    if (status != EGAD_OK && made)
        rmdir(folder); /* fails if the folder is not empty */
    return status;
}
