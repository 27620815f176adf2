package dev.penstock.engine;

import dev.penstock.av.Encoder;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.Plan;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Frames to packets of one video track. The encoder is opened for the first frame. */
final class VideoEncodeStage implements Run.Stage {
  private final Plan.EncodeVideo plan;
  private final Link<Frame> in;
  private final EncoderOutput output;
  private final Account account;
  private final Optional<Course> course;
  private final boolean globalHeader;
  private final Consumer<TrackParameters> complete;
  private final StartingLine line;
  private final @Nullable HwDevice device;
  private final LogScope log;
  private final long gridTicks;
  private final int step;
  private long pictures;
  private long nextKey = Long.MIN_VALUE;
  private long lastPts = Timestamp.NONE;

  /**
   * Works on frames whose times are in the plan's time base.
   *
   * @param course fed with what goes to {@code output}; ended here
   * @param complete adds to the track's parameters what only the input knows
   * @param line where encoders of the kind wait for each other; this one is expected there
   * @param device where an encoder of a GPU takes frames that lie in memory
   */
  VideoEncodeStage(
      Plan.EncodeVideo plan,
      Link<Frame> in,
      EncoderOutput output,
      Account account,
      Optional<Course> course,
      boolean globalHeader,
      Consumer<TrackParameters> complete,
      StartingLine line,
      @Nullable HwDevice device,
      LogScope log) {
    this.device = device;
    this.plan = plan;
    this.in = in;
    this.output = output;
    this.account = account;
    this.course = course;
    this.globalHeader = globalHeader;
    this.complete = complete;
    this.line = line;
    this.log = course.isPresent() ? Courses.log(log) : log;
    this.gridTicks =
        plan.grid().map(g -> Timestamp.ticks(g.distance(), plan.timeBase())).orElse(0L);
    this.step = plan.grid().map(Plan.KeyGrid::step).orElse(1);
  }

  @Override
  public void run() {
    try (var _ = log.bind()) {
      encodeAll(in.receive());
    }
    course.ifPresent(Course::end);
    output.end();
  }

  private void encodeAll(Optional<Frame> first) {
    if (first.isEmpty()) {
      arrive();
      return;
    }
    try (Encoder encoder = open(first.get())) {
      Optional<Frame> next = first;
      while (next.isPresent()) {
        try (Frame frame = next.get()) {
          prepare(frame);
          output.encode(encoder, frame);
          account.encoded.incrementAndGet();
        }
        next = in.receive();
      }
      output.encode(encoder, null);
    }
  }

  private void arrive() {
    if (StartingLine.isFor(plan.encoder())) {
      line.arrive();
    }
  }

  private Encoder open(Frame first) {
    try {
      Encoder encoder = opened(first);
      try {
        TrackParameters parameters = TrackParameters.of(encoder, log);
        complete.accept(parameters);
        output.ready(parameters);
        if (StartingLine.isFor(plan.encoder())) {
          line.await();
        }
        return encoder;
      } catch (RuntimeException e) {
        encoder.close();
        throw e;
      }
    } catch (RuntimeException e) {
      first.close();
      throw e;
    }
  }

  private Encoder opened(Frame first) {
    try {
      Encoder encoder = Encoder.open(settings(), first, device, log);
      account.opened.set(true); // also where the run is over by now, as the driver has counted it
      return encoder;
    } finally {
      arrive();
    }
  }

  private Encoder.Settings settings() {
    return new Encoder.Settings(
        plan.encoder(),
        course.isPresent() ? Courses.telling(plan) : plan.options(),
        plan.timeBase(),
        plan.frameRate(),
        plan.color(),
        globalHeader,
        !plan.hdr().equals(HdrMetadata.NONE));
  }

  private void prepare(Frame frame) {
    long pts = frame.pts();
    if (lastPts != Timestamp.NONE && pts <= lastPts) {
      // Every frame is kept; two at one instant are a tick apart.
      pts = lastPts + 1;
      account.retimed.incrementAndGet();
    }
    lastPts = pts;
    frame.setPts(pts);
    frame.setTimeBase(plan.timeBase());
    frame.forceKey(isOnGrid(pts));
    if (plan.hdr().equals(HdrMetadata.NONE)) {
      frame.dropHdrMetadata();
    }
  }

  private boolean isOnGrid(long pts) {
    boolean inAllRungs = pictures++ % step == 0;
    if (gridTicks == 0 || pts < nextKey || !inAllRungs) {
      return false;
    }
    nextKey = (Math.floorDiv(pts, gridTicks) + 1) * gridTicks;
    return true;
  }
}
