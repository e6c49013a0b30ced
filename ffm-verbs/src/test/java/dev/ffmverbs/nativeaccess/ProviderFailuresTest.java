// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.nativeaccess;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.spi.ConnectionManagerOperations;
import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A provider that fails in any way does not hide the devices of other providers. */
class ProviderFailuresTest {

    /** A provider that can be listed. Each subclass fails in a different method. */
    abstract static class Failing implements VerbsProvider {

        @Override
        public String name() {
            return getClass().getSimpleName();
        }

        @Override
        public int order() {
            return -1;
        }

        @Override
        public Optional<String> unavailability() {
            return Optional.empty();
        }

        @Override
        public String whereSearched() {
            return "nowhere";
        }

        @Override
        public List<DeviceOperations> devices() throws ProviderException {
            return List.of();
        }

        @Override
        public ConnectionManagerOperations openConnectionManager(final List<String> deviceNames) {
            throw new UnsupportedOperationException();
        }
    }

    /** Cannot be instantiated. */
    public static final class FailsWhenMade extends Failing {
        private final int none = absent();

        private static int absent() {
            throw new NoClassDefFoundError("some/Absent");
        }

        @Override
        public int order() {
            return none;
        }
    }

    /** Its class cannot be initialised. */
    public static final class FailsWhenInitialised extends Failing {
        private static final int NONE = Integer.parseInt("no number");

        @Override
        public int order() {
            return NONE;
        }
    }

    /** Has no name. */
    public static final class FailsWhenNamed extends Failing {
        @Override
        public String name() {
            throw new IllegalStateException("nameless");
        }
    }

    /** Fails when asked whether it is available. */
    public static final class FailsWhenAsked extends Failing {
        @Override
        public Optional<String> unavailability() {
            throw new IllegalCallerException("denied");
        }
    }

    /** Fails to list its devices with an unexpected error. */
    public static final class FailsWhenListed extends Failing {
        @Override
        public List<DeviceOperations> devices() {
            throw new UnsatisfiedLinkError("no function of that name");
        }
    }

    /** Fails to list its devices with a documented exception. */
    public static final class Refuses extends Failing {
        @Override
        public List<DeviceOperations> devices() throws ProviderException {
            throw new ProviderException("ibv_get_device_list", "", 13, "ask the administrator");
        }
    }

    /** Returns null instead of a list. */
    public static final class AnswersNull extends Failing {
        @Override
        public List<DeviceOperations> devices() {
            return null;
        }
    }

    /** Fails when asked where it searched. */
    public static final class FailsWhenAskedWhere extends Failing {
        @Override
        public String whereSearched() {
            throw new StackOverflowError();
        }
    }

    /** Fails when asked whether it may have a device. */
    public static final class FailsWhenLookedUp extends Failing {
        @Override
        public boolean isLikelyToHave(final String deviceName) {
            throw new ExceptionInInitializerError("no tables");
        }
    }

    /** Takes a long time to list its devices, and knows that none of them is named soft0. */
    public static final class Slow extends Failing {
        @Override
        public boolean isLikelyToHave(final String deviceName) {
            return !deviceName.equals("soft0");
        }

        @Override
        public List<DeviceOperations> devices() {
            System.out.println("Slow is listed");
            return List.of();
        }
    }

    /** The program of the child process that looks up a device. */
    static final class Opener {

        private Opener() {
        }

        public static void main(final String[] arguments) {
            Verbs.open("soft0").close();
            System.out.println("opened soft0");
            try {
                Verbs.open("other0");
            } catch (final NoSuchElementException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    /** The program of the child process. */
    static final class Lister {

        private Lister() {
        }

        public static void main(final String[] arguments) {
            System.out.println("devices " + Verbs.devices());
            Verbs.devices();
            Verbs.unavailableProviders().forEach((name, reason) -> System.out.println(name + " -> " + reason));
            try {
                Verbs.open("absent0");
            } catch (final NoSuchElementException e) {
                System.out.println("refused: " + e.getMessage());
            }
            Verbs.open("soft0").close();
            System.out.println("opened soft0");
        }
    }

    @TempDir
    private Path folder;

    @Test
    void theOthersListTheirDevicesAndEachFailureIsTold() throws Exception {
        final List<Class<?>> failing = List.of(FailsWhenMade.class, FailsWhenInitialised.class, FailsWhenNamed.class,
            FailsWhenAsked.class, FailsWhenListed.class, Refuses.class, AnswersNull.class, FailsWhenAskedWhere.class,
            FailsWhenLookedUp.class);

        final String output = run(Lister.class,
            Stream.concat(failing.stream().map(Class::getName), Stream.of("no.such.Provider")).toList());

        assertTrue(output.contains("Device soft0 (softroce)") && output.contains("opened soft0"), output);
        for (final String told : List.of(
            "FailsWhenMade could not be instantiated, caused by java.lang.NoClassDefFoundError: some/Absent",
            "FailsWhenInitialised could not be instantiated, caused by java.lang.Exception",
            "FailsWhenNamed -> failed unexpectedly: java.lang.IllegalStateException: nameless",
            "FailsWhenAsked -> failed unexpectedly: java.lang.IllegalCallerException: denied",
            "FailsWhenListed -> failed unexpectedly: java.lang.UnsatisfiedLinkError: no function of that name",
            "Refuses -> ibv_get_device_list() failed: EACCES (13",
            "AnswersNull -> failed unexpectedly: java.lang.NullPointerException",
            "no.such.Provider",
            "FailsWhenAskedWhere: failed unexpectedly: java.lang.StackOverflowError",
            "FailsWhenLookedUp are missing: failed unexpectedly: java.lang.ExceptionInInitializerError: no tables")) {
            assertTrue(output.contains(told), () -> "not reported: " + told + "\n" + output);
        }
        assertEquals(1, output.lines().filter(line -> line.contains("RDMA provider FailsWhenListed")).count(),
            () -> "each failure is logged once:\n" + output);
    }

    @Test
    void aProviderThatKnowsItHasNoDeviceOfTheNameIsListedOnlyWhenNoOtherHasIt() throws Exception {
        final List<String> lines = run(Opener.class, List.of(Slow.class.getName())).lines().toList();

        final int opened = lines.indexOf("opened soft0");
        final int listed = lines.indexOf("Slow is listed");
        assertTrue(opened >= 0 && listed > opened, lines::toString);
    }

    /** Runs a program with these providers in addition to the library's, and returns its output. */
    private String run(final Class<?> program, final List<String> providers) throws Exception {
        final Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(VerbsProvider.class.getName()), providers);
        final ForkedJava.Result result = ForkedJava.run(folder, ForkedJava.Placement.CLASS_PATH, program,
            List.of("--enable-native-access=ALL-UNNAMED", "-Dsoftroce.addresses=127.0.0.1"));
        assertEquals(0, result.status(), result.output());
        return result.output();
    }
}
