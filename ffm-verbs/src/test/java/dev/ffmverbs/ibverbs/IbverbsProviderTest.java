// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ibverbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.spi.Errno;
import dev.ffmverbs.spi.ProviderException;
import java.util.List;
import org.junit.jupiter.api.Test;

class IbverbsProviderTest {

    private static final String ABSENT = "libibverbs-that-is-not-there.so.1";

    @Test
    void withoutTheLibraryItSaysWhichPackageToInstall() {
        final String reason = new IbverbsProvider(ABSENT, ABSENT).unavailability().orElseThrow();

        assertTrue(reason.startsWith(ABSENT + " cannot be opened"), reason);
        assertTrue(reason.contains("apt-get install libibverbs1"), reason);
    }

    @Test
    void withoutLibrdmacmOpeningAConnectionManagerSaysWhichPackageToInstall() {
        final ProviderException missing = assertThrows(ProviderException.class,
            () -> new IbverbsProvider("libibverbs.so.1", ABSENT).openConnectionManager(List.of("rxe0")));

        assertEquals(Errno.ENOSYS, missing.errno());
        assertTrue(missing.getMessage().contains("apt-get install librdmacm1"), missing.getMessage());
    }
}
