// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** The numbers are those of getaddrinfo(3) in netdb.h. */
    @ParameterizedTest
    @CsvSource({
        "-2, ENOENT, there is no such host", "-5, ENOENT, there is no such host", "-9, ENOENT, there is no such host",
        "-3, EAGAIN, try again later", "-10, ENOMEM, ''", "-4, EIO, name service", "-8, EINVAL, getaddrinfo(3)"})
    void everyFailureHasItsOwnNumber(final int status, final String errno, final String advice) throws Exception {
        try (FakeDriver driver = new FakeDriver()) {
            final MemorySegment failing = driver.stub(status, ffm_verbs_h.rdma_getaddrinfo$descriptor());
            final ControlFunction lookup =
                new ControlFunction("rdma_getaddrinfo", () -> failing, ffm_verbs_h::rdma_getaddrinfo$descriptor);

            final ProviderException refused =
                assertThrows(ProviderException.class, () -> RdmaAddressLookup.find(lookup, "host.example", 4000));

            assertTrue(Errno.describe(refused.errno()).startsWith(errno), refused.getMessage());
            assertTrue(refused.getMessage().contains(advice), refused.getMessage());
        }
    }
}
