package dev.penstock.node.http;

import dev.penstock.node.Jobs;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the server asks. It closes none of it.
 *
 * @param settings what the node was told, without secrets
 */
public record Services(
    Jobs jobs,
    SpecCheck specs,
    JobDetails details,
    QueueFacts queue,
    Devices devices,
    Doctor doctor,
    Leases leases,
    Capacity capacity,
    Drain drain,
    Readiness readiness,
    Audit audit,
    DeviceHistory history,
    WorkerList workers,
    Supplier<Map<String, Object>> settings,
    Hooks hooks,
    Reload reload) {}
