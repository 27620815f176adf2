package dev.penstock.node;

import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.GpuSample.EncoderSession;
import dev.penstock.hardware.telemetry.GpuSample.EngineLoad;
import dev.penstock.hardware.telemetry.GpuSample.GpuProcess;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Device;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** A GPU and readings of it, made up. */
final class Samples {
  static final String GPU = "0000:21:00.0";
  static final long GIB = 1L << 30;

  private Samples() {}

  /** Of three engines of each kind. */
  static Device device(String driver) {
    Reading<Integer> three = Reading.of(3, "a test");
    return new Device(
        new Device.Identity(
            "NVIDIA L40S",
            Device.Vendor.NVIDIA,
            Optional.empty(),
            Optional.of(GPU),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.of(driver)),
        new Device.Engines(three, three, three, three),
        Reading.of(48 * GIB, "a test"),
        Reading.absent(Why.UNSUPPORTED, "a test", "no limit"),
        List.of());
  }

  /** Loads of all processes together, percent. */
  static GpuSample sample(
      int encoders, int decoders, List<GpuProcess> processes, List<EncoderSession> sessions) {
    return new GpuSample(
        new GpuSample.GpuId(
            GpuSample.Vendor.NVIDIA,
            0,
            Reading.of("NVIDIA L40S", "a test"),
            Reading.of("GPU-1", "a test"),
            Reading.of(GPU, "a test")),
        List.of(
            new EngineLoad(Engine.ENCODER, Reading.of(encoders, "a test")),
            new EngineLoad(Engine.DECODER, Reading.of(decoders, "a test")),
            new EngineLoad(Engine.GRAPHICS, Reading.of(0, "a test"))),
        Reading.of(sessions, "a test"),
        Reading.of(processes, "a test"),
        new GpuSample.Memory(
            Reading.of(48 * GIB, "a test"), Reading.of(GIB, "a test"), none(), none(), none()),
        new GpuSample.Bus(none(), none(), none(), none(), none()),
        new GpuSample.Thermal(none(), none(), none(), none(), none(), none()),
        new GpuSample.Power(none(), none(), none()),
        new GpuSample.Clocks(none(), none(), none(), none(), none()),
        new GpuSample.Health(
            Reading.of(List.of(), "a test"), none(), none(), none(), none(), none()),
        Optional.empty());
  }

  static GpuProcess process(long pid, long memory, EngineLoad... loads) {
    return new GpuProcess(
        pid, none(), Reading.of(memory, "a test"), Reading.of(List.of(loads), "a test"));
  }

  static EngineLoad load(Engine engine, int percent) {
    return new EngineLoad(engine, Reading.of(percent, "a test"));
  }

  static EncoderSession session(long pid, int width, int height) {
    return new EncoderSession(
        1, pid, Optional.empty(), "h264", width, height, 30, Duration.ofMillis(5));
  }

  static <T> Reading<T> none() {
    return Reading.absent(Why.UNSUPPORTED, "a test", "is not told");
  }

  /** Answers what is given to it. */
  static Source source(Supplier<Source.Answer> answers) {
    return new Source() {
      @Override
      public Answer read(Instant now) {
        return answers.get();
      }

      @Override
      public void close() {}
    };
  }
}
