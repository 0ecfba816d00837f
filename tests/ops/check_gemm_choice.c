/* Which engine computes matrix products on a device, and which tile. */
#include "lab.h"
#include "ops/tiles.h"

START_TEST(choice)
{
    egad_gemm_engine engine;
    static const char *const names[] = { "rows", "tiles", "clblast", "plain" };
    for (int i = 0; i < 4; i++) {
        lab_engine(names[i]);
        CHECK_OK(egad_gemm_choose(&engine, lab));
        ck_assert_int_eq(engine, i);
    }
    lab_engine("");
    for (int cpu = 0; cpu < 2; cpu++) {
        lab->cpu = cpu;
        CHECK_OK(egad_gemm_choose(&engine, lab));
        ck_assert_int_eq(engine, cpu ? EGAD_GEMM_ROWS : EGAD_GEMM_TILES);
    }
    lab_engine("tile");
    CHECK_FAILS(egad_gemm_choose(&engine, lab), ARGUMENT,
                "rows, tiles, clblast or plain");
}
END_TEST

/* Small tiles for few results on many units, large tiles for many results; only tiles
 * that fit the device's groups. */
START_TEST(choice_of_a_tile)
{
    lab->info.units = 132;
    lab->group = 256;
    ck_assert_uint_eq(egad_tiles_choose(lab, 50, 128, 121, 0).m, 16);
    ck_assert_uint_eq(egad_tiles_choose(lab, 19600, 16, 64, 0).m, 32);
    ck_assert_uint_eq(egad_tiles_choose(lab, 4900, 1024, 128, 0).m, 64);
    lab->info.units = 1;
    ck_assert_uint_eq(egad_tiles_choose(lab, 50, 128, 121, 0).m, 64);
    lab->group = 64;
    ck_assert_uint_eq(egad_tiles_choose(lab, 4900, 1024, 128, 0).m, 32);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("gemm_choice");
    TCase *tests = support_case(suite, lab_begin, lab_end);
    tcase_add_test(tests, choice);
    tcase_add_test(tests, choice_of_a_tile);
    return lab_main(suite);
}
