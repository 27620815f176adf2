package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Device;
import dev.penstock.model.Probes;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.EncoderRecipe.QualityScale;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The scale of qualities that were measured, against that of the encoders of a route. They are the
 * same, but where GPUs fail and others have to go on.
 */
record ProbeScale(Probes probes, Capabilities capabilities, Route route) {
  /** The GPUs of which the measurement tells: those that were measured, or what decodes. */
  static List<Device> devices(Probes probes, List<Device> all) {
    return probes
        .gpu()
        .map(gpu -> all.stream().filter(each -> each.identity().name().equals(gpu.name())).toList())
        .orElseGet(() -> all.stream().map(ProbeScale::decoding).toList());
  }

  private static Device decoding(Device device) {
    return new Device(
        device.identity(),
        device.engines(),
        device.memory(),
        device.sessionLimit(),
        device.capabilities().stream()
            .filter(each -> each.direction() == Direction.DECODE)
            .toList());
  }

  /** The rungs in qualities of the route's encoders. */
  List<Rung> of(List<Rung> measured, Ledger ledger) {
    probes.notes().forEach(ledger::note);
    return measured.stream().map(this::of).toList();
  }

  private Rung of(Rung measured) {
    boolean same = probes.gpu().isEmpty() ? !route.encodes() : isOfRoute(probes.gpu().get());
    return same || measured.quality().isEmpty() ? measured : alike(measured);
  }

  private boolean isOfRoute(Probes.Gpu gpu) {
    return route.encodes() && route.api() == gpu.api();
  }

  /** As far from what is usual, as a part of the scale. */
  private Rung alike(Rung measured) {
    QualityScale from = probed(measured.codec());
    QualityScale to = ofRoute(measured.codec());
    double part = (measured.quality().getAsDouble() - from.usual()) / (from.worst() - from.best());
    double grid = to.whole() ? 1 : 0.5;
    double quality = Math.rint((to.usual() + part * (to.worst() - to.best())) / grid) * grid;
    return new Rung(
        measured.name(),
        measured.lines(),
        measured.codec(),
        measured.bitrate(),
        measured.maxBitrate(),
        OptionalDouble.of(Math.clamp(quality, to.best(), to.worst())),
        measured.halved());
  }

  private QualityScale probed(VideoCodec codec) {
    return probes
        .gpu()
        .flatMap(gpu -> EncoderRecipe.hardware(codec, gpu.api()))
        .map(EncoderRecipe::quality)
        .orElseGet(() -> software(codec));
  }

  private QualityScale ofRoute(VideoCodec codec) {
    return route.encodes()
        ? EncoderRecipe.hardware(codec, route.api())
            .map(EncoderRecipe::quality)
            .orElseGet(() -> software(codec))
        : software(codec);
  }

  private QualityScale software(VideoCodec codec) {
    List<EncoderRecipe> all = EncoderRecipe.of(codec);
    return all.stream()
        .filter(recipe -> capabilities.encoder(recipe.encoder()).isPresent())
        .findFirst()
        .orElse(all.getFirst())
        .quality();
  }
}
