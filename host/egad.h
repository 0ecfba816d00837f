/* egad: anomaly detectors after Zenati et al. 2018, "Efficient GAN-Based Anomaly
 * Detection" (arXiv:1802.06222v2), on any OpenCL device.
 *
 * This header is the whole public interface and reads from top to bottom in the
 * order in which a program uses it:
 *
 *     egad_device *device;    egad_dataset *data;    egad_detector *detector;
 *
 *     egad_device_new(&device, NULL);
 *     egad_csv_import(&data, "flows.csv", &(egad_csv_options){ .label = "kind",
 *                                                              .normal = "benign" });
 *     egad_detector_new(&detector, device, data, &(egad_detector_options){ 0 });
 *     egad_train_run(detector, data, NULL);
 *     egad_score_calibrate(detector, data);
 *     egad_threshold_measure(detector, data, NULL);
 *     egad_checkpoint_save(detector, "model.h5");
 *     egad_score_rows(detector, x, rows, EGAD_SCORE_DEFAULT, 0.9, NULL, scores);
 *
 * Every function that can fail returns an egad_status; on anything but EGAD_OK its
 * outputs are untouched (pointers: NULL) and egad_status_last() says in one line
 * what was done, to which thing, and what was wanted.  The library never prints
 * and never exits.  What `_new`, `_load` or `_import` returns is freed by the
 * `_free` of its type; `_free(NULL)` does nothing; all else returned is borrowed
 * and lives as long as the object it came from.
 *
 * Threads: a device and everything made on it belong to one thread at a time, to
 * which another may hand them over between two calls.  For work at the same time,
 * each thread opens a device of its own (the same hardware may be opened often);
 * what is made on different devices is independent, and they may share a data set
 * that nobody changes.  egad_status_last() is per thread.  Files are read and
 * written at the same time only where HDF5 was built for that, as Debian's is
 * (H5is_library_threadsafe); egad_fetch_run is for one thread at a time. */
#ifndef EGAD_H
#define EGAD_H

/* In the order in which a program uses them.  Each can be included by itself. */
/* clang-format off */
#include "egad/status.h"   /* errors */
#include "egad/device.h"   /* OpenCL devices */
#include "egad/data.h"     /* data sets and the files that they come from */
#include "egad/detector.h" /* detectors: training, model files */
#include "egad/score.h"    /* scores, thresholds, explanations, generated rows */
#include "egad/measure.h"  /* metrics, spectra, speed, tuning */
/* clang-format on */

#endif
