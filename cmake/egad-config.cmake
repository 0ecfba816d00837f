# find_package(egad): egad::shared always; egad::static where the development files of
# the libraries that it is linked with are installed too.
include(${CMAKE_CURRENT_LIST_DIR}/egad_shared.cmake)

find_package(OpenCL QUIET)
find_package(ZLIB QUIET)
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(CLBLAST QUIET IMPORTED_TARGET clblast)
  pkg_check_modules(LIBMD QUIET IMPORTED_TARGET libmd)
endif()
if(OpenCL_FOUND AND ZLIB_FOUND AND CLBLAST_FOUND AND LIBMD_FOUND)
  include(${CMAKE_CURRENT_LIST_DIR}/egad_static.cmake)
endif()
