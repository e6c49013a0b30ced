// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.nativeaccess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.PrivateLoopbackAddresses;
import dev.ffmverbs.nativeaccess.ForkedJava.Placement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The software device needs no native access. The provider that needs it names the option that grants it. */
class NativeAccessDeniedTest {

    @TempDir
    private Path folder;

    private ForkedJava.Result runWithoutNativeAccess(final Placement placement, final Class<?> program)
        throws Exception {
        final List<String> options = new ArrayList<>(ForkedJava.denyingNativeAccess());
        options.add("-Dsoftroce.addresses=" + PrivateLoopbackAddresses.address(0));
        return ForkedJava.run(folder, placement, program, options);
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void theSoftwareDeviceDoesAllItCan(final Placement placement) throws Exception {
        final ForkedJava.Result result = runWithoutNativeAccess(placement, SoftwareDeviceProgram.class);

        assertEquals(0, result.status(), result.output());
        assertTrue(result.output().contains(SoftwareDeviceProgram.DONE), result.output());
        assertFalse(result.output().contains("IllegalCallerException"), result.output());
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void theSoftwareDeviceSaysWhyItDoesNotUseTheFastSocket(final Placement placement) throws Exception {
        final ForkedJava.Result result = runWithoutNativeAccess(placement, SoftwareDeviceProgram.class);

        assertTrue(result.output().contains("soft, channel socket: native access is not granted"), result.output());
        assertTrue(result.output().contains("soft0") && result.output().contains("uses a channel instead of the fast"
            + " socket: native access is not granted; --enable-native-access="), result.output());
        assertFalse(result.output().contains("WARNING: A restricted method"), result.output());
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void theSoftwareDeviceSaysWhyItHasNoDescriptors(final Placement placement) throws Exception {
        final ForkedJava.Result result = runWithoutNativeAccess(placement, SoftwareDeviceProgram.class);

        final List<String> refusals =
            result.output().lines().filter(line -> line.startsWith("no descriptor:")).toList();
        assertEquals(2, refusals.size(), result.output());
        for (final String refusal : refusals) {
            assertTrue(refusal.contains("soft0") && refusal.contains("native access is not granted;"
                + " --enable-native-access="), refusal);
        }
    }

    @ParameterizedTest
    @EnumSource(Placement.class)
    void theProviderOfNativeDevicesNamesTheOption(final Placement placement) throws Exception {
        final ForkedJava.Result result = runWithoutNativeAccess(placement, SoftwareDeviceProgram.class);

        final String option = "--enable-native-access="
            + (placement == Placement.MODULE_PATH ? "dev.ffmverbs" : "ALL-UNNAMED");
        final String reason = result.output().lines().filter(line -> line.contains("ibverbs=")).findFirst()
            .orElseThrow(() -> new AssertionError(result.output()));
        assertTrue(reason.contains("native access is denied") && reason.contains(option), reason);
    }
}
