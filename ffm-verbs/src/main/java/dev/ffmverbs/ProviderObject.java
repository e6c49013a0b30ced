// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.NativeObject;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;

/** A verbs object over an object of a provider, and the way from it to the C structure of that object. */
abstract class ProviderObject extends VerbsObject {

    /**
     * Creates an open object.
     *
     * @param device  the device it belongs to.
     * @param parents objects that must outlive this one.
     */
    ProviderObject(final Device device, final VerbsObject... parents) {
        super(device, parents);
    }

    /**
     * Confines an object that was just created, or closes it.
     *
     * @param confinement what confines it to the calling thread.
     */
    final void confineOrClose(final Runnable confinement) {
        boolean confined = false;
        try {
            confinement.run();
            confined = true;
        } finally {
            if (!confined) {
                close();
            }
        }
    }

    /** Returns the provider's object. */
    abstract NativeObject operations();

    /**
     * Returns the address of the C structure behind this object, for verbs that this library lacks.
     *
     * <p>The structure is the one that the class names, such as {@code struct ibv_pd} for a {@link ProtectionDomain}.
     * That of an {@link ExtendedQueuePair} is at once a {@code struct ibv_qp} and a {@code struct ibv_qp_ex}, and that
     * of an {@link ExtendedCompletionQueue} a {@code struct ibv_cq} and a {@code struct ibv_cq_ex}.
     *
     * <p>This object owns the structure, and {@link #close} frees it, without waiting for calls that a program makes
     * with the address. Use the address only while this object is open, and never destroy the structure. Whatever is
     * created with it by a C function must be destroyed before this object is closed. What is done to the structure is
     * as unsafe as in C. {@code ffm-verbs/NATIVE.md} in the sources explains it with examples.
     *
     * @return a pointer to the structure, as a segment of length 0.
     * @throws UnsupportedVerbException when the device has no C structures, as software devices.
     * @throws WrongThreadException     when this object is confined to another thread.
     * @throws IllegalStateException    when this object is closed.
     */
    public final MemorySegment nativeAddress() {
        enter();
        try {
            requireStructure();
            return MemorySegment.ofAddress(operations().nativeAddress());
        } catch (final ProviderException e) {
            throw exceptionFor(e);
        } finally {
            leave();
        }
    }

    /**
     * Refuses the call if the provider has freed the structure of this open object.
     *
     * @throws IllegalStateException when the structure no longer exists.
     */
    void requireStructure() {
    }
}
