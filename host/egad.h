/* egad: anomaly detectors after Zenati et al. 2018, "Efficient GAN-Based Anomaly
 * Detection" (arXiv:1802.06222v2), on any OpenCL device.
 *
 * This header is the whole public interface and reads from top to bottom in the order in
 * which a program uses it:
 *
 *     egad_device *device;    egad_dataset *data;    egad_detector *detector;
 *
 *     egad_device_new(&device, NULL);
 *     egad_csv_import(&data, "flows.csv",
 *                     &EGAD_SIZED(egad_csv_options, .label = "kind", .normal = "ok"));
 *     egad_detector_new(&detector, device, data, NULL);
 *     egad_train_run(detector, data, NULL);
 *     egad_score_calibrate(detector, data);
 *     egad_threshold_measure(detector, data, NULL);
 *     egad_checkpoint_save(detector, "model.h5");
 *     egad_score_rows(detector, x, rows, NULL, scores);
 *
 * Every function that can fail returns an egad_status; on anything but EGAD_OK its
 * outputs are unchanged (pointers: NULL) and egad_status_last() says in one line which
 * operation failed, on what, and what was expected.  The library never prints and never
 * exits.  What `_new`, `_load` or `_import` returns is freed by the `_free` of its type;
 * `_free(NULL)` does nothing; every other returned pointer is borrowed and lives as long
 * as its owner.
 *
 * Threads: a device and all objects made on it are used by one thread at a time; they may
 * pass to another thread between two calls.  For parallel work, each thread opens its own
 * device (the same hardware can be opened several times); objects of different devices
 * are independent and may share a data set that no thread modifies.  egad_status_last()
 * is per thread.  Concurrent file access needs a thread-safe HDF5, as Debian's is
 * (H5is_library_threadsafe); egad_fetch_run must run in one thread at a time. */
#ifndef EGAD_H
#define EGAD_H

/* In the order in which a program uses them.  Each can be included by itself. */
/* clang-format off */
#include "egad/status.h"   /* errors */
#include "egad/device.h"   /* OpenCL devices */
#include "egad/data.h"     /* data sets and their source files */
#include "egad/csv.h"      /* tables of text */
#include "egad/detector.h" /* detectors: training, model files */
#include "egad/score.h"    /* scores, thresholds, explanations, generated rows */
#include "egad/measure.h"  /* metrics, spectra, speed, tuning */
/* clang-format on */

#endif
