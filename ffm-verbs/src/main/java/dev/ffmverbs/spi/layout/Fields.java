// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi.layout;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;

/** Computes the offsets of a structure's fields. */
final class Fields {

    private Fields() {
    }

    /**
     * Returns the offset of a field.
     *
     * @param structure the structure.
     * @param path      names of the members that lead to the field, from the outermost.
     * @return offset of the field in bytes, from the start of the structure.
     */
    static int offset(final MemoryLayout structure, final String... path) {
        final PathElement[] elements = new PathElement[path.length];
        for (int i = 0; i < path.length; i++) {
            elements[i] = PathElement.groupElement(path[i]);
        }
        return Math.toIntExact(structure.byteOffset(elements));
    }
}
