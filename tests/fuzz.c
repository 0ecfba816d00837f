/* Fuzzes every file reader: it accepts the bytes or fails with a message, and data that
 * it accepts can be saved and loaded.  READER in the environment names the reader.
 *
 *   in a build under cmake --preset fuzz   libFuzzer's program; tests/fuzz.sh runs it
 *   in any other                           READER=csv fuzz FILE...  reads these files */
#include "support.h"

#include <stdint.h>
#include <zlib.h>

static char folder[64], input[96], rows[96], saved[96];
static size_t size; /* of the input */
static egad_device *device;

/* A failure returns no object and one line of text. */
static int good(egad_status status, const void *out)
{
    if (status != EGAD_OK && (out || !*egad_status_last())) {
        fprintf(stderr, "%s: a failure that says nothing, or leaves something\n",
                egad_status_text(status));
        abort();
    }
    return status == EGAD_OK;
}

static void must(egad_status status)
{
    if (status == EGAD_OK)
        return;
    fprintf(stderr, "data that were taken are refused: %s\n", egad_status_last());
    abort();
}

/* Saving is slow: it is done for an eighth of the inputs, chosen by size. */
static void take(egad_status status, egad_dataset **out)
{
    size_t copies, of;
    egad_dataset *data = *out, *again;

    if (!good(status, data))
        return;
    must(egad_dataset_copies(data, &copies, &of));
    if (size % 8 == 0) {
        must(egad_dataset_save(data, saved));
        must(egad_dataset_load(&again, saved));
        egad_dataset_free(again);
    }
    egad_dataset_free(data);
}

/* Like support_write, which works only inside a test. */
static void put(const char *path, const void *bytes, size_t n)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, n, file) != n || fclose(file) != 0)
        abort();
}

/* Two words in braces; a comma instead of a word means missing.  The label, if `wanted`,
 * repeats the first word. */
static const char *parse(void *wanted, const char *text, size_t n, const char **value)
{
    static char words[2][64];
    char copy[256];

    snprintf(copy, sizeof copy, "%.*s", n < sizeof copy ? (int)n : 0, text);
    if (sscanf(copy, " {%63s %63[^}]}", words[0], words[1]) != 2)
        return "no pair";
    for (size_t i = 0; i < 2; i++)
        value[i] = strcmp(words[i], ",") ? words[i] : NULL;
    if (wanted)
        value[2] = value[0];
    return NULL;
}

static void read_csv(void)
{
    static char *words[] = { "x", "y" };
    egad_column columns[] = { { .name = "a", .filled = 1 },
                              { .name = "b", .categories = 2, .category = words } };
    const egad_csv_options options[] = {
        { .size = sizeof *options, .missing = "mean" },
        { .size = sizeof *options,
          .label = "b",
          .id = "a",
          .normal = "x",
          .missing = "drop",
          .split_column = "c" },
        { .size = sizeof *options, .decimal = ',', .thousands = ' ', .na = "-,nil" },
        { .size = sizeof *options, .header = "none", .skip = 1, .keep = "column1" },
        { .size = sizeof *options, .date = "a", .date_order = 'd', .missing = "mean" },
        { .size = sizeof *options, .window = 2, .time = "a" },
    };
    egad_csv_options labels = {
        .size = sizeof(egad_csv_options), .label = "c", .texts = 1, .normal = "x,1"
    };
    egad_dataset *data;

    take(egad_csv_import(&data, input, NULL), &data);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        take(egad_csv_import(&data, input, &options[i]), &data);
    char *reading[] = { "decimal=,", "thousands=.", "skip=1",
                        "na=-",      "column=a",    "column=b" };
    const egad_schema schema = { .n = 2, .column = columns };
    const egad_schema other = { .n = 2,
                                .column = columns,
                                .reading = reading,
                                .readings = sizeof reading / sizeof *reading };
    char *dated[] = { "date=t", "since=0", "order=m", "window=2" };
    egad_column times[] = { { .name = "t.hour[-1]", .filled = 1 },
                            { .name = "b[-1]", .categories = 2, .category = words },
                            { .name = "t.hour", .filled = 1 },
                            { .name = "b", .categories = 2, .category = words } };
    const egad_schema series = {
        .n = 4, .column = times, .reading = dated, .readings = 4
    };
    take(egad_csv_read(&data, input, &schema, NULL), &data);
    take(egad_csv_read(&data, input, &other, NULL), &data);
    take(egad_csv_read(&data, input, &series, NULL), &data);
    take(egad_csv_parse(&data, input, &schema, NULL, NULL, parse, NULL), &data);
    take(egad_csv_parse(&data, input, &schema, &labels, NULL, parse, &labels), &data);
}

/* Names and values in braces, separated by blanks; a comma instead of a value means
 * missing. */
static const char *parse_object(void *unused, const char *text, size_t n,
                                egad_csv_object *out)
{
    static char copy[256];
    static const char *name[8], *value[8];
    static const unsigned char nested[8];
    char *end = copy;

    (void)unused;
    snprintf(copy, sizeof copy, "%.*s", n < sizeof copy ? (int)n : 0, text);
    *out = (egad_csv_object){ 0, name, value, nested };
    for (char *word;
         out->n < 8 && (word = strtok_r(out->n ? NULL : copy, " {}", &end));) {
        char *given = strtok_r(NULL, " {}", &end);
        name[out->n] = word;
        value[out->n++] = given && strcmp(given, ",") ? given : NULL;
    }
    return out->n ? NULL : "no object";
}

static void read_json(void)
{
    egad_csv_options options[] = {
        { .size = sizeof *options, .missing = "mean" },
        { .size = sizeof *options, .label = "b", .normal = "x", .missing = "drop" },
        { .size = sizeof *options, .date = "a", .window = 2, .decimal = ',' },
    };
    egad_dataset *data;

    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        options[i].object = parse_object;
        take(egad_csv_import(&data, input, &options[i]), &data);
    }
}

static void read_kdd(void)
{
    egad_dataset *data;

    take(egad_kdd_import(&data, input, NULL), &data);
}

/* Read as rows, and as the labels of three rows. */
static void read_idx(void)
{
    egad_dataset *data;

    take(egad_idx_import(&data, input, NULL), &data);
    take(egad_idx_import(&data, rows, &EGAD_SIZED(egad_image_options, .labels = input)),
         &data);
}

static void read_npy(void)
{
    egad_dataset *data;

    take(egad_npy_import(&data, input, NULL), &data);
    take(
        egad_npy_import(&data, input, &EGAD_SIZED(egad_image_options, .missing = "mean")),
        &data);
    take(
        egad_npy_import(&data, input, &EGAD_SIZED(egad_image_options, .missing = "drop")),
        &data);
}

static void read_npz(void)
{
    egad_dataset *data;

    take(egad_npz_import(&data, input, NULL), &data);
    take(egad_npz_import(
             &data, input,
             &EGAD_SIZED(egad_image_options, .missing = "mean", .labels = "none")),
         &data);
}

/* Correct the checksums of PNG chunks: otherwise the reader stops at the first. */
static void correct(uint8_t *bytes)
{
    for (size_t at = 8; at + 12 <= size;) {
        const size_t n = (size_t)bytes[at] << 24 | (size_t)bytes[at + 1] << 16 |
                         (size_t)bytes[at + 2] << 8 | bytes[at + 3];
        if (n > size - at - 12)
            return;
        const uLong sum = crc32(0, bytes + at + 4, (uInt)n + 4);
        for (int k = 0; k < 4; k++)
            bytes[at + 8 + n + (size_t)k] = (uint8_t)(sum >> (24 - 8 * k));
        at += n + 12;
    }
}

/* A folder with one image: imported, resized, and read for a detector. */
static void read_png(void)
{
    const char *const list[] = { folder };
    egad_dataset *data;

    take(egad_images_import(&data, list, 1, NULL), &data);
    take(egad_images_import(&data, list, 1,
                            &EGAD_SIZED(egad_image_options, .height = 4, .width = 8)),
         &data);
    take(egad_images_read(&data, folder, (const size_t[]){ 4, 4, 1 }), &data);
    take(egad_images_read(&data, input, (const size_t[]){ 4, 4, 3 }), &data);
}

static void inspect(void)
{
    char *text;
    const egad_status status = egad_checkpoint_inspect(input, &text);

    if (good(status, text))
        free(text);
}

static void read_data(void)
{
    egad_dataset *data;

    inspect();
    take(egad_dataset_load(&data, input), &data);
}

static void read_model(void)
{
    egad_detector *detector;

    inspect();
    const egad_status status = egad_checkpoint_load(&detector, device, input);
    if (good(status, detector)) {
        must(egad_checkpoint_save(detector, saved));
        egad_detector_free(detector);
    }
}

static const struct {
    const char *name;
    void (*read)(void);
} readers[] = {
    { "csv", read_csv }, { "json", read_json }, { "kdd", read_kdd },
    { "idx", read_idx }, { "npy", read_npy },   { "npz", read_npz },
    { "png", read_png }, { "data", read_data }, { "model", read_model },
};
static size_t reader;

static void leave(void)
{
    support_remove(folder);
    egad_device_free(device);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const size_t n = sizeof readers / sizeof *readers;
    const char *name = getenv("READER");

    (void)argc;
    (void)argv;
    while (reader < n && (!name || strcmp(name, readers[reader].name) != 0))
        reader++;
    if (reader == n) {
        fprintf(stderr, "fuzz: READER is none of its readers\n");
        exit(2);
    }
    if (strcmp(name, "model") == 0 && egad_device_new(&device, NULL) != EGAD_OK)
        exit(77);
    snprintf(folder, sizeof folder, "%.40s/egad-fuzz-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(folder))
        abort();
    snprintf(input, sizeof input, "%s/%s", folder,
             strcmp(name, "png") == 0 ? "input.png" : "input");
    snprintf(rows, sizeof rows, "%s/rows", folder);
    snprintf(saved, sizeof saved, "%s/saved", folder);
    put(rows,
        "\0\0\x08\x02\0\0\0\x03\0\0\0\x01"
        "123",
        15);
    return atexit(leave);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    uint8_t *copy = malloc(n + 1);
    memcpy(copy, bytes, n);
    size = n;
    if (readers[reader].read == read_png && n % 2)
        correct(copy);
    put(input, copy, n);
    free(copy);
    readers[reader].read();
    return 0;
}

#ifndef EGAD_FUZZ
int main(int argc, char **argv)
{
    static uint8_t bytes[1 << 22];

    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        if (!file)
            abort();
        LLVMFuzzerTestOneInput(bytes, fread(bytes, 1, sizeof bytes, file));
        fclose(file);
    }
    return argc < 2;
}
#endif
