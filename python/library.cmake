# The library of the Python package, and its declarations for cffi: the public headers
# through the preprocessor, without those of the system, whose types cffi knows.
# CMakeLists.txt includes this if EGAD_PYTHON is set.
add_library(egad_python SHARED $<TARGET_OBJECTS:egad_objects>)
set_target_properties(egad_python PROPERTIES OUTPUT_NAME egad)
target_link_libraries(egad_python PRIVATE ${egad_dependencies})

set(declarations ${CMAKE_CURRENT_BINARY_DIR}/egad.cdef)
set(empty ${CMAKE_CURRENT_BINARY_DIR}/empty)
foreach(header stddef stdint stdio)
  file(WRITE ${empty}/${header}.h "")
endforeach()
file(GLOB public_headers CONFIGURE_DEPENDS host/egad/*.h)
add_custom_command(OUTPUT ${declarations} DEPENDS host/egad.h ${public_headers}
  COMMAND ${CMAKE_C_COMPILER} -E -P -nostdinc -U__GNUC__ -isystem ${empty}
    ${CMAKE_CURRENT_SOURCE_DIR}/host/egad.h -o ${declarations})
add_custom_target(egad_declarations ALL DEPENDS ${declarations})

install(TARGETS egad_python LIBRARY DESTINATION egad COMPONENT python)
install(FILES ${declarations} DESTINATION egad COMPONENT python)
