// The list's door: a ListView is made and configured through Embind; what
// happens every frame, or a million times, goes through numbers. Rows must be
// checked by the caller (js/list).
#include <emscripten.h>
#include <emscripten/bind.h>

#include "apus/list/list_view.h"

using apus::Align;
using apus::ListView;
using apus::to_px;
using apus::to_units;

extern "C" {

// Measures n pairs (row, px) at `pairs`, then makes a frame: one crossing.
EMSCRIPTEN_KEEPALIVE const double* apus_list_frame(
    ListView* view, double now, double scroll, double viewport, uint32_t flags,
    const double* pairs, uint32_t n) {
  if (n) view->measure(pairs, n);
  return &view->frame(now, scroll, viewport, flags)->start;
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_list_measure(ListView* view,
                                                const double* pairs,
                                                uint32_t n) {
  return view->measure(pairs, n);
}

EMSCRIPTEN_KEEPALIVE void apus_list_measure_one(ListView* view, uint32_t row,
                                                double px) {
  const double pair[] = {static_cast<double>(row), px};
  view->measure(pair, 1);
}

EMSCRIPTEN_KEEPALIVE void apus_list_splice(ListView* view, uint32_t at,
                                           uint32_t removed,
                                           uint32_t inserted) {
  view->splice(at, removed, inserted);
}

EMSCRIPTEN_KEEPALIVE void apus_list_move(ListView* view, uint32_t from,
                                         uint32_t to) {
  view->move(from, to);
}

EMSCRIPTEN_KEEPALIVE double apus_list_offset_of(ListView* view, uint32_t row) {
  return to_px(view->index().offset_of(row));
}

EMSCRIPTEN_KEEPALIVE double apus_list_size_of(ListView* view, uint32_t row) {
  return to_px(view->index().size_of(row));
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_list_row_at(ListView* view, double px) {
  return view->index().at(to_units(px)).row;
}

EMSCRIPTEN_KEEPALIVE void apus_list_scroll_to(ListView* view, uint32_t row,
                                              uint32_t align) {
  view->scroll_to(row, static_cast<Align>(align));
}

EMSCRIPTEN_KEEPALIVE double apus_list_target(ListView* view, uint32_t row,
                                             uint32_t align) {
  return view->target(row, static_cast<Align>(align));
}

EMSCRIPTEN_KEEPALIVE void apus_list_go(ListView* view, double position) {
  view->go(position);
}

EMSCRIPTEN_KEEPALIVE void apus_list_hold(ListView* view, uint32_t row,
                                         double px) {
  view->hold(row, px);
}

EMSCRIPTEN_KEEPALIVE void apus_list_headers(ListView* view,
                                            const uint32_t* rows, uint32_t n) {
  view->set_headers(rows, n);
}

}  // extern "C"

EMSCRIPTEN_BINDINGS(apus_list) {
  emscripten::class_<ListView>("ListView")
      .constructor<uint32_t, double>()
      .function("address", emscripten::optional_override([](ListView& self) {
                  return reinterpret_cast<uintptr_t>(&self);
                }))
      .function("setOverscan", &ListView::set_overscan)
      .function("setPadding", &ListView::set_padding)
      .function("setStick", &ListView::set_stick)
      .function("setEstimate", &ListView::set_estimate)
      .function("setGap", &ListView::set_gap)
      .function("resume", &ListView::resume)
      .function("anchorRow", &ListView::anchor_row)
      .function("anchorPx", &ListView::anchor_px)
      .function("bytes", emscripten::optional_override([](ListView& self) {
                  return static_cast<double>(self.index().bytes());
                }));
}
