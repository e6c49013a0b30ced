// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RdmaAddressLookupTest {

    @BeforeEach
    void requireLibraries() {
        new IbverbsProvider().unavailability().ifPresent(Assumptions::abort);
    }

    @Test
    void aLibraryWithoutTheFunctionIsNotTakenForAMissingHost() {
        final ControlFunction missing = new ControlFunction("rdma_getaddrinfo", () -> {
            throw new UnsatisfiedLinkError("unresolved symbol: rdma_getaddrinfo");
        }, ffm_verbs_h::rdma_getaddrinfo$descriptor);

        final ProviderException refused =
            assertThrows(ProviderException.class, () -> RdmaAddressLookup.find(missing, "127.0.0.1", 4000));

        assertEquals(Errno.ENOSYS, refused.errno(), refused.getMessage());
    }
}
