// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.benchmarks.device.MeasuredDevice;
import dev.ffmverbs.benchmarks.natives.NativeCode;
import dev.ffmverbs.benchmarks.result.Family;
import dev.ffmverbs.benchmarks.result.Skip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PlanTest {

    private record FakeSide(String name, Optional<String> reason) implements Side {

        @Override
        public Family family() {
            return Family.FFM;
        }

        @Override
        public String description() {
            return name;
        }

        @Override
        public Optional<String> whyNot(final MeasuredDevice device, final NativeCode natives) {
            return reason;
        }

        @Override
        public List<String> command(final MeasuredDevice device, final NativeCode natives, final Path safepointLog) {
            return List.of();
        }
    }

    private static final Side A = new FakeSide("a", Optional.empty());
    private static final Side B = new FakeSide("b", Optional.empty());
    private static final Side C = new FakeSide("c", Optional.of("there is no C compiler"));

    @TempDir
    private Path folder;

    @Test
    void givesEverySideARunInEveryRoundAndAnotherTheFirst() {
        final Plan plan = Plan.of(List.of(Suite.CALLS), List.of(MeasuredDevice.STUB), List.of(A, B), 3, null);

        assertEquals(List.of("a1", "b1", "b2", "a2", "a3", "b3"),
            plan.tasks().stream().map(task -> task.side().name() + task.round()).toList());
    }

    @Test
    void measuresEverySuiteInARoundBeforeTheNextSoThatItCanEndAfterAny() {
        final Plan plan = Plan.of(
            List.of(Suite.CALLS, Suite.REGISTRATION), List.of(MeasuredDevice.STUB), List.of(A, B), 2, null);

        assertEquals(List.of("calls a1", "calls b1", "registration a1", "registration b1", "calls b2", "calls a2",
            "registration b2", "registration a2"), plan.tasks().stream()
            .map(task -> task.suite().label() + " " + task.side().name() + task.round()).toList());
    }

    @Test
    void skipsASideThatCannotWithItsReason() {
        final Plan plan = Plan.of(List.of(Suite.CALLS), List.of(MeasuredDevice.STUB), List.of(A, C), 1, null);

        assertEquals(List.of(new Skip("calls", "stub", "c", "there is no C compiler")), plan.skips());
        assertEquals(1, plan.tasks().size());
    }

    @Test
    void skipsASuiteThatADeviceCannotHave() {
        final Plan plan = Plan.of(List.of(Suite.DATA_PATH), List.of(MeasuredDevice.STUB), List.of(A), 1, null);

        assertEquals(List.of(new Skip("data-path", "stub", "", "the stub moves no data")), plan.skips());
        assertEquals(List.of(), plan.tasks());
    }

    @Test
    void listsTheSuitesThatExist() {
        final String message = assertThrows(NoSuchElementException.class, () -> Suite.find("nothing")).getMessage();

        assertTrue(message.contains("calls, data-path, registration, handshake"), message);
    }

    @Test
    void listsTheBindingsThatExist() {
        final String message =
            assertThrows(NoSuchElementException.class, () -> Side.find(List.of("ffm", "x"))).getMessage();

        assertTrue(message.startsWith("no binding named x; these exist: c, "), message);
        assertTrue(message.contains("ffm-critical, ffm, ffm-shared, jni, jni-disni, disni, "), message);
        assertTrue(message.endsWith("jucx-tcp, jucx-shm, jucx-verbs"), message);
    }

    @Test
    void findsAllBindingsOfALibraryByItsNameAndNoOthersThatBeginAlike() {
        assertEquals(List.of("ffm", "jucx-tcp", "jucx-shm", "jucx-verbs"),
            Side.find(List.of("ffm", "jucx")).stream().map(Side::name).toList());
    }

    @Test
    void jucxIsMeasuredWithWholeTransfersOnly() {
        final Side jucx = Side.find(List.of("jucx-tcp")).getFirst();

        assertTrue(Suite.CALLS.whyNot(jucx).isPresent());
        assertEquals(Optional.empty(), Suite.DATA_PATH.whyNot(jucx));
    }

    @Test
    void findsTheDevicesOfTheKernelAndListsThem() throws IOException {
        Files.createDirectories(folder.resolve("mlx5_0/device/driver"));
        Files.createDirectories(folder.resolve("rxe0"));
        final Devices devices = new Devices(folder);

        assertEquals(MeasuredDevice.Kind.HARDWARE, devices.find("mlx5_0").kind());
        assertEquals(MeasuredDevice.Kind.KERNEL, devices.find("rxe0").kind());
        assertEquals(List.of("stub", "soft", "mlx5_0"),
            devices.defaults().stream().map(MeasuredDevice::label).toList());
        final String message =
            assertThrows(NoSuchElementException.class, () -> devices.find("mlx5_7")).getMessage();
        assertEquals("no device named mlx5_7; these exist: stub, soft, mlx5_0, rxe0", message);
    }
}
