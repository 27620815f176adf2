package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.GpuLoad;
import dev.penstock.model.Progress;
import dev.penstock.model.Reading;
import dev.penstock.model.Stage;
import dev.penstock.node.JobId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames are what was written, or are refused. */
class FramesTest {
  private static final Setting.Gpus GPUS =
      new Setting.Gpus(
          List.of(
              new Device(
                  new Device.Identity(
                      "A GPU",
                      Device.Vendor.NVIDIA,
                      Optional.of("GPU-1"),
                      Optional.of("0000:21:00.0"),
                      Optional.empty(),
                      OptionalInt.of(1),
                      OptionalInt.empty(),
                      Optional.of("a driver")),
                  new Device.Engines(Reading.of(3, "NVML"), Reading.of(3, "NVML"), none(), none()),
                  Reading.of(48L << 30, "NVML"),
                  none(),
                  List.of())),
          List.of(
              new GpuLoad("0000:21:00.0", Reading.of(3, "NVML"), none(), Reading.of(7L, "NVML"))));

  private static <T> Reading<T> none() {
    return Reading.absent(Reading.Why.UNSUPPORTED, "NVML", "is not told");
  }

  static final JobId JOB = new JobId("01ARZ3NDEKTSV4RRFFQ69G5FAV");

  private static final Failure.Diagnosis DIAGNOSIS =
      new Failure.Diagnosis("a \"file\"\n", Stage.DECODE, "is ü", "", "go on");

  @Test
  void orders_comeAsTheyWereWritten() throws IOException {
    Setting setting =
        Setting.standard()
            .on(List.of("0000:3b:00.0"))
            .with(OptionalInt.of(2), Optional.of(Path.of("/tmp/wörk")));
    List<ToWorker> orders =
        List.of(
            new ToWorker.Hello(1, Duration.ofMillis(200), true),
            new ToWorker.Plan(1, JOB, "{\"transcode\":{}}", Setting.standard()),
            new ToWorker.Execute(2, JOB, "transcode:\n  input: ä", setting),
            new ToWorker.Execute(3, JOB, "", Setting.standard().knowing(GPUS)),
            new ToWorker.Cancel(2),
            new ToWorker.Yield(1),
            new ToWorker.Drain(),
            new ToWorker.Ping(Long.MAX_VALUE),
            new ToWorker.Crash());

    assertThat(again(orders, ToWorker.class)).isEqualTo(orders);
  }

  @Test
  void answers_comeAsTheyWereWritten() throws IOException {
    Progress progress =
        new Progress(
                OptionalDouble.of(0.5),
                3,
                1.5,
                2,
                Duration.ofMillis(1),
                Duration.ZERO,
                1,
                2,
                Optional.of(Duration.ofNanos(1)))
            .cut(new Progress.Segments(1, 2))
            .at(Stage.FINISH);
    List<FromWorker> answers = new ArrayList<>();
    answers.add(new FromWorker.Ready(1, 77, "x"));
    answers.add(new FromWorker.Unfit("no"));
    answers.add(new FromWorker.Progress(1, FromWorker.Phase.FINISHING, Optional.of(progress)));
    answers.add(new FromWorker.Event(1, "line"));
    answers.add(new FromWorker.Done(1, "{}", List.of("a.mp4")));
    answers.add(new FromWorker.Cancelled(1, Optional.of("kept")));
    answers.add(new FromWorker.Yielded(1, Optional.empty()));
    answers.add(new FromWorker.Pong(3));
    answers.add(new FromWorker.Heartbeat(2, Duration.ofSeconds(1)));
    for (Failure failure :
        List.of(
            new Failure.BadRequest(DIAGNOSIS),
            new Failure.BadInput(DIAGNOSIS),
            new Failure.Unsupported(DIAGNOSIS),
            new Failure.DeviceLost(DIAGNOSIS),
            new Failure.OutOfResource(DIAGNOSIS),
            new Failure.HostMisconfigured(DIAGNOSIS),
            new Failure.Bug(DIAGNOSIS))) {
      answers.add(new FromWorker.Failed(1, failure));
      answers.add(new FromWorker.Refused(1, List.of(failure)));
    }

    assertThat(again(answers, FromWorker.class)).isEqualTo(answers);
  }

  private static <T> List<T> again(List<T> messages, Class<T> type) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    FrameWriter<T> writer = new FrameWriter<>(out, type);
    for (T message : messages) {
      writer.write(message);
    }
    FrameReader<T> reader = new FrameReader<>(new ByteArrayInputStream(out.toByteArray()), type);
    List<T> read = new ArrayList<>();
    for (Optional<T> next = reader.next(); next.isPresent(); next = reader.next()) {
      read.add(next.get());
    }
    return read;
  }

  @Test
  void whatALibraryPrints_isNoFrame_andIsShown() {
    assertThatThrownBy(() -> read("NVENC: something happened\n".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(GarbledException.class)
        .hasMessageContaining("'NVEN'");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 101, Integer.MAX_VALUE})
  void sizesBeyondTheLimit_areRefused(int size) {
    byte[] frame = ByteBuffer.allocate(4).putInt(size).array();
    assertThatThrownBy(() -> read(frame)).isInstanceOf(GarbledException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "null",
        "{}",
        "{\"kind\":\"Nonsense\"}",
        "{\"kind\":\"Ping\",\"number\":\"x\"}",
        "{\"kind\":\"Cancel\",\"task\":1,\"more\":2}"
      })
  void whatIsNoMessage_isRefused(String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    byte[] frame = ByteBuffer.allocate(4 + body.length).putInt(body.length).put(body).array();
    assertThatThrownBy(() -> read(frame)).isInstanceOf(GarbledException.class);
  }

  @Test
  void anEndWithinAFrame_isTheEnd() {
    byte[] frame = ByteBuffer.allocate(8).putInt(50).array();
    assertThatThrownBy(() -> read(frame)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> read(new byte[3])).isInstanceOf(EOFException.class);
  }

  private static Optional<ToWorker> read(byte[] bytes) throws IOException {
    return new FrameReader<>(new ByteArrayInputStream(bytes), ToWorker.class, 100).next();
  }
}
