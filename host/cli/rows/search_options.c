/* Options of the latent search (AnoGAN), on the command line and as text. */
#include "search_options.h"

int search_options_check(const cli_command *command, const egad_detector_info *info,
                         const char *model)
{
    static const char *const names[] = { "steps", "restarts", "seed" };
    for (size_t i = 0; !info->searches && i < sizeof names / sizeof *names; i++)
        if (options_given(command->options, names[i]))
            return message_usage(command->name,
                                 "--%s is for latent search; '%s' is a %s, which does "
                                 "not search",
                                 names[i], model, info->model);
    return CLI_DONE;
}

int search_options_steps(const egad_scoring *how)
{
    return how->steps ? how->steps : EGAD_SEARCH_STEPS;
}

static int restarts(const egad_scoring *how)
{
    return how->restarts ? how->restarts : 1;
}

cli_sentence search_options_text(const egad_scoring *how)
{
    cli_sentence s;
    char best[64] = "";
    if (restarts(how) > 1)
        snprintf(best, sizeof best, ", the best of %s per row",
                 text_count((uint64_t)restarts(how)).text);
    snprintf(s.text, sizeof s.text, "%s steps%s, seed %llu",
             text_count((uint64_t)search_options_steps(how)).text, best,
             (unsigned long long)how->seed);
    return s;
}

void search_options_print(const egad_scoring *how, const egad_detector_info *info)
{
    if (info->searches)
        printf("search    %s\n", search_options_text(how).text);
}

void search_options_put(cli_json *root, const egad_scoring *how,
                        const egad_detector_info *info)
{
    if (!info->searches)
        return;
    cli_json *object = record_object();
    record_count(object, "steps", (uint64_t)search_options_steps(how));
    record_count(object, "restarts", (uint64_t)restarts(how));
    record_count(object, "seed", how->seed);
    record_put(root, "search", object);
}
