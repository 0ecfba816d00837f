# find_package(egad): egad::shared always; egad::static if the development files of its
# libraries are installed.
include(${CMAKE_CURRENT_LIST_DIR}/egad_shared.cmake)

find_package(OpenCL QUIET)
find_package(ZLIB QUIET)
find_package(PNG QUIET)
find_package(PkgConfig QUIET)
if(PKG_CONFIG_FOUND)
  pkg_check_modules(CLBLAST QUIET IMPORTED_TARGET clblast)
  pkg_check_modules(CLFFT QUIET IMPORTED_TARGET clFFT)
  pkg_check_modules(LAPACKE QUIET IMPORTED_TARGET lapacke)
  pkg_check_modules(LIBMD QUIET IMPORTED_TARGET libmd)
  pkg_check_modules(LIBZIP QUIET IMPORTED_TARGET libzip)
  pkg_check_modules(MATIO QUIET IMPORTED_TARGET matio)
  pkg_check_modules(MAGICK QUIET IMPORTED_TARGET GraphicsMagick)
  pkg_check_modules(CURL QUIET IMPORTED_TARGET libcurl)
  pkg_check_modules(JANSSON QUIET IMPORTED_TARGET jansson)
endif()
if(OpenCL_FOUND AND ZLIB_FOUND AND PNG_FOUND AND CLBLAST_FOUND AND CLFFT_FOUND AND LAPACKE_FOUND
   AND LIBMD_FOUND AND LIBZIP_FOUND AND MATIO_FOUND AND MAGICK_FOUND AND CURL_FOUND AND JANSSON_FOUND)
  include(${CMAKE_CURRENT_LIST_DIR}/egad_static.cmake)
endif()
