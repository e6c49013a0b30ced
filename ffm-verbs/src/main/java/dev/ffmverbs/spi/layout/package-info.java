// SPDX-License-Identifier: Apache-2.0

/**
 * The structures of {@code <infiniband/verbs.h>} that cross the provider interface as native memory. Each structure has
 * a class with its {@link java.lang.foreign.StructLayout} and the offsets of the fields in use.
 *
 * <p>This package is the only place that defines each structure. The public classes of {@code dev.ffmverbs} and every
 * provider, in C or in Java, read and write structures through these offsets:
 * <pre>{@code
 * int opcode = request.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
 * }</pre>
 * The members of a layout have their C names, so that a field without a constant can also be found: {@code
 * WorkCompletionLayout.LAYOUT.byteOffset(PathElement.groupElement("slid"))}. Addresses are 64-bit numbers, never
 * segments, because only a provider over C may follow them.
 *
 * <p>Offsets count from the start of the outermost structure. They are {@code static final}, and thus constants to the
 * JIT compiler. They hold on every 64-bit Linux. Tests compare the size, offset and width of every member with those
 * that the C compiler computes from the installed headers. Structures that rdma-core extends from release to release
 * have the size of the release that the bindings were generated from. A provider over C passes that size to C.
 *
 * <p>This package depends on the JDK and, in its documentation, on the rest of {@code dev.ffmverbs.spi} alone.
 *
 * <p><b>Guarantees.</b> Every size and offset equals that of the C compiler.
 */
package dev.ffmverbs.spi.layout;
