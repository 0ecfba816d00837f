/* Folders of images: what images_gather.c finds and images.c makes a data set of. */
#ifndef EGAD_IMAGES_INSIDE_H
#define EGAD_IMAGES_INSIDE_H

#include "picture.h"

typedef struct {
    char *path;
    const char *name; /* its end, the name of its row */
    size_t class;     /* in the order of discovery */
    unsigned char part;
    egad_picture size;
} egad_images_file;

typedef struct {
    egad_images_file *image;
    size_t n, room;
    size_t below;       /* length of the path prefix that names omit */
    unsigned char part; /* of the images that are found */
    int divided;        /* 1: the folder has the folders train and test */
    char **class;       /* folder names */
    size_t classes, class_room;
} egad_images_gathering;

/* Add the images of a folder and of its sub-folders, which are classes.  alone 0: with
 * several folders, names include the folder. */
egad_status egad_images_gather_folder(egad_images_gathering *g, const char *folder,
                                      int alone);
/* Add one file, or those of a folder. */
egad_status egad_images_gather_path(egad_images_gathering *g, const char *path);
void egad_images_gather_clear(egad_images_gathering *g);

#endif
