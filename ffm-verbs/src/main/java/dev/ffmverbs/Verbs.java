// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import dev.ffmverbs.spi.DeviceOperations;
import dev.ffmverbs.spi.ProviderException;
import dev.ffmverbs.spi.VerbsProvider;
import dev.ffmverbs.spi.VerbsProviders;
import dev.ffmverbs.spi.constants.ForkStatuses;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The entry point to RDMA: lists the devices of all providers and opens one. Thread-safe.
 *
 * <p>A provider that fails never hides the devices of another. The failed provider has no devices. {@link
 * #unavailableProviders()} gives the reason, and so do the messages about a device that is not found.
 */
public final class Verbs {

    private static final Logger LOGGER = System.getLogger(Verbs.class.getName());

    /** Providers whose failure has been logged. */
    private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

    private Verbs() {
    }

    /** The devices of one provider. The reason is empty when the provider could be queried. */
    private record Listing(String provider, List<Device> devices, String reason) {
    }

    /**
     * Lists the devices of all providers ({@code ibv_get_device_list(3)}).
     *
     * @return hardware devices before software devices; empty when there are none. Devices of providers that cannot
     *     list theirs are missing; see {@link #unavailableProviders()}.
     */
    public static List<Device> devices() {
        return VerbsProviders.all().stream().flatMap(provider -> list(provider).devices.stream()).toList();
    }

    /**
     * Returns why providers cannot list devices: a library is not installed, native access is denied, a setting cannot
     * be read, or the provider failed.
     *
     * @return the reason for each provider, by the provider's name ({@code ibverbs}, {@code softroce}), or by the name
     *     of its class when it could not be loaded; empty when all providers can list their devices, even if they have
     *     none.
     */
    public static Map<String, String> unavailableProviders() {
        final Map<String, String> reasons = new TreeMap<>();
        VerbsProviders.failures().forEach((name, failure) -> reasons.put(name, describe(name, failure)));
        VerbsProviders.all().stream().map(Verbs::list).filter(listing -> !listing.reason.isEmpty())
            .forEach(listing -> reasons.put(listing.provider, listing.reason));
        return Collections.unmodifiableMap(reasons);
    }

    private static Listing list(final VerbsProvider provider) {
        final String name = provider.name();
        try {
            final String reason = provider.unavailability().orElse("");
            final List<Device> devices = new ArrayList<>();
            if (reason.isEmpty()) {
                for (final DeviceOperations operations : provider.devices()) {
                    devices.add(new Device(operations, name));
                }
            }
            return new Listing(name, devices, reason);
        } catch (final Throwable e) {
            return new Listing(name, List.of(), describe(name, e));
        }
    }

    /** Describes a failure. Logs it once per provider, with its stack trace when it is not a reported failure. */
    private static String describe(final String provider, final Throwable failure) {
        final boolean reported = failure instanceof ProviderException;
        final String reason = reported ? failure.getMessage() : "failed unexpectedly: " + failure
            + (failure.getCause() == null ? "" : ", caused by " + failure.getCause());
        if (LOGGED.add(provider)) {
            LOGGER.log(Level.WARNING, "the devices of RDMA provider " + provider + " are missing: " + reason,
                reported ? null : failure);
        }
        return reason;
    }

    /**
     * Finds a device by name.
     *
     * @param name the device's name, for example {@code mlx5_0} or {@code rxe0}.
     * @return the device.
     * @throws NoSuchElementException when no device has that name; the message lists the devices that exist, and the
     *                                reason why a provider has none.
     */
    public static Device device(final String name) {
        final Map<Boolean, List<VerbsProvider>> providers = VerbsProviders.all().stream()
            .collect(Collectors.partitioningBy(provider -> isLikely(provider, name)));
        return Stream.of(providers.get(true), providers.get(false)).flatMap(List::stream)
            .flatMap(provider -> list(provider).devices.stream()).filter(device -> device.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new NoSuchElementException(
                "no RDMA device named " + name + "; " + whatExists(devices())));
    }

    private static boolean isLikely(final VerbsProvider provider, final String deviceName) {
        try {
            return provider.isLikelyToHave(deviceName);
        } catch (final Throwable e) {
            describe(provider.name(), e);
            return false;
        }
    }

    /**
     * Returns the device used when none is named, the first of {@link #devices()}.
     *
     * @return the device.
     * @throws NoSuchElementException when there is no device; the message states where each provider searched.
     */
    public static Device defaultDevice() {
        final List<Device> devices = devices();
        if (devices.isEmpty()) {
            throw new NoSuchElementException(whatExists(devices));
        }
        return devices.getFirst();
    }

    /**
     * Opens a device by name ({@code ibv_open_device(3)}).
     *
     * @param deviceName the device's name, for example {@code mlx5_0} or {@code rxe0}.
     * @return a new context for each call; close it after every object created from it.
     * @throws NoSuchElementException when no device has that name; the message lists the devices that exist, and the
     *                                reason why a provider has none.
     * @throws VerbsException         when the device cannot be opened.
     */
    public static Context open(final String deviceName) {
        return device(deviceName).open();
    }

    /**
     * Makes memory that is registered later survive {@code fork(2)} ({@code ibv_fork_init(3)}). Call it before anything
     * is registered.
     *
     * <p>A program that starts others through {@link ProcessBuilder} does not need it, because the JVM creates
     * processes with {@code posix_spawn(3)}. It is for native code in this process that calls {@code fork(2)} on a
     * kernel older than 5.12. Registered memory is then missing in the children, and registration becomes slower.
     *
     * @throws VerbsException {@code EINVAL} when memory is registered already; {@code ENOSYS} when the kernel cannot.
     */
    public static void prepareForFork() {
        try {
            for (final VerbsProvider provider : VerbsProviders.all()) {
                provider.prepareForFork();
            }
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        }
    }

    /**
     * Returns whether native code in this process can call {@code fork(2)} while memory is registered ({@code
     * ibv_is_fork_initialized(3)}).
     *
     * @return the status of the provider that protects memory least.
     * @throws VerbsException when a provider does not know.
     */
    public static ForkStatus forkStatus() {
        int least = ForkStatuses.UNNEEDED;
        try {
            for (final VerbsProvider provider : VerbsProviders.all()) {
                least = Math.min(least, provider.forkStatus());
            }
        } catch (final ProviderException e) {
            throw new VerbsException(e);
        }
        return ForkStatus.of(least);
    }

    /** Describes the devices that exist in one line, and each provider without devices in another. */
    private static String whatExists(final List<Device> devices) {
        final String present = devices.isEmpty() ? "there are no RDMA devices"
            : "these exist: " + devices.stream().map(Device::name).collect(Collectors.joining(", "));
        final Map<String, String> reasons = new TreeMap<>(unavailableProviders());
        final Set<String> having = devices.stream().map(Device::provider).collect(Collectors.toSet());
        VerbsProviders.all().stream().filter(provider -> !having.contains(provider.name()))
            .forEach(provider -> reasons.computeIfAbsent(provider.name(), name -> describeSearch(provider)));
        return reasons.entrySet().stream().map(reason -> "\n  " + reason.getKey() + ": " + reason.getValue())
            .collect(Collectors.joining("", present, ""));
    }

    private static String describeSearch(final VerbsProvider provider) {
        try {
            return "no device: " + provider.whereSearched();
        } catch (final Throwable e) {
            return describe(provider.name(), e);
        }
    }
}
