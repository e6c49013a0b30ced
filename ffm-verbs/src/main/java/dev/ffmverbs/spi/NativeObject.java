// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.spi;

/**
 * An object of a provider. The objects of libibverbs and librdmacm stand for C structures, others do not.
 *
 * <p>The public API gives the address to programs that call C functions themselves.
 */
public interface NativeObject {

    /**
     * Returns the address of the C structure that this object stands for, such as {@code struct ibv_qp}.
     *
     * @return the address, which is valid until this object is closed.
     * @throws ProviderException {@code EOPNOTSUPP} when there is no such structure.
     */
    default long nativeAddress() throws ProviderException {
        throw new ProviderException("nativeAddress", "", Errno.EOPNOTSUPP,
            "its provider has no C structures; devices of libibverbs have them");
    }
}
