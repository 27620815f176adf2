package dev.penstock.hardware.capability;

import dev.penstock.hardware.Models;
import dev.penstock.hardware.Models.Family;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Size;
import java.util.List;
import java.util.Optional;

/**
 * AMF and oneVPL, which list no codecs: what a GPU encodes through them is what VA-API says of it,
 * or else what is published of its family.
 */
final class RuntimeDraft {
  private RuntimeDraft() {}

  /** What is known of the product. */
  static void expect(Draft draft, Models models) {
    models
        .family(draft.ids, draft.vcn)
        .filter(_ -> draft.nameIsOfBus)
        .ifPresent(family -> {
          draft.name = draft.vendor.label() + " " + family.name();
          draft.nameIsOfBus = false;
        });
  }

  /** That a runtime is there which reaches the device. */
  static void add(Api api, String runtime, Draft draft, Models models) {
    List<Capability> asked =
        draft.capabilities.stream()
            .filter(each -> each.api() == Api.VAAPI && each.direction() == Direction.ENCODE)
            .map(each -> through(api, runtime + "; " + each.source(), each))
            .toList();
    draft.capabilities.addAll(
        asked.isEmpty()
            ? models.family(draft.ids, draft.vcn).stream()
                .flatMap(family -> published(api, runtime, family).stream())
                .toList()
            : asked);
  }

  private static Capability through(Api api, String source, Capability vaapi) {
    return capability(api, vaapi.codec(), vaapi.formats(), vaapi.maxSize(), source);
  }

  private static List<Capability> published(Api api, String runtime, Family family) {
    String source =
        runtime + "; models.json, " + family.block() + ": " + String.join(", ", family.sources());
    return family.encode().stream()
        .map(each -> capability(api, each.codec(), each.formats(), each.most(), source))
        .toList();
  }

  private static Capability capability(
      Api api, String codec, List<Format> formats, Optional<Size> most, String source) {
    return Capability.of(Direction.ENCODE, api, codec, formats, Evidence.DECLARED, source)
        .sized(Optional.empty(), most);
  }
}
