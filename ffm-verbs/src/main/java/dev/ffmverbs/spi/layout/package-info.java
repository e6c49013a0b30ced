// SPDX-License-Identifier: Apache-2.0

/**
 * The structures of {@code <infiniband/verbs.h>} that cross the provider interface as native memory: one class for
 * each, with the structure itself as a {@link java.lang.foreign.StructLayout} and the offsets of the fields in use.
 *
 * <p>Each structure is written down here and nowhere else. The public classes of {@code dev.ffmverbs} write and read it
 * through these offsets, and so does every provider, in C or in Java:
 * <pre>{@code
 * int opcode = request.get(ValueLayout.JAVA_INT, SendRequestLayout.OPCODE);
 * }</pre>
 * The members of a layout have their names in C, so that a field without a constant is found as well: {@code
 * WorkCompletionLayout.LAYOUT.byteOffset(PathElement.groupElement("slid"))}. Addresses are 64-bit numbers, never
 * segments, because only a provider over C may follow them.
 *
 * <p>Offsets count from the start of the outermost structure, are {@code static final}, and so are constants to the JIT
 * compiler. They are those of every 64-bit Linux. Tests compare size, offset and width of every member with what the C
 * compiler makes of the installed headers. Structures that rdma-core enlarges from release to release have the size of
 * the release the bindings were generated from; a provider over C passes it along.
 *
 * <p>This package depends on the JDK and, in its documentation, on the rest of {@code dev.ffmverbs.spi} alone.
 *
 * <p><b>Guarantees.</b> Every size and offset is that of the C compiler.
 */
package dev.ffmverbs.spi.layout;
