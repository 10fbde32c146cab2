// The list's door: exported functions over numbers. As an Embind class it was
// 370 gzipped bytes larger. The caller (js/list) checks rows and owns the view
// that apus_list_new() returns. Null or false means that memory was refused and
// nothing has changed.
#include <emscripten.h>

#include <new>

#include "apus/list/list_view.h"

using apus::list::Align;
using apus::list::ListView;
using apus::list::to_px;

extern "C" {

EMSCRIPTEN_KEEPALIVE ListView* apus_list_new(uint32_t rows, double estimate) {
  auto* view = new (std::nothrow) ListView(rows, estimate);
  if (view == nullptr || view->index().size() == rows) return view;
  delete view;
  return nullptr;
}

EMSCRIPTEN_KEEPALIVE void apus_list_delete(ListView* view) { delete view; }

EMSCRIPTEN_KEEPALIVE void apus_list_set_overscan(ListView* view, double px) {
  view->set_overscan(px);
}

EMSCRIPTEN_KEEPALIVE void apus_list_set_padding(ListView* view, double leading,
                                                double trailing) {
  view->set_padding(leading, trailing);
}

EMSCRIPTEN_KEEPALIVE void apus_list_set_stick(ListView* view, bool stick) {
  view->set_stick(stick);
}

EMSCRIPTEN_KEEPALIVE void apus_list_set_estimate(ListView* view, double px) {
  view->set_estimate(px);
}

EMSCRIPTEN_KEEPALIVE void apus_list_set_gap(ListView* view, double px) {
  view->set_gap(px);
}

EMSCRIPTEN_KEEPALIVE void apus_list_resume(ListView* view) { view->resume(); }

EMSCRIPTEN_KEEPALIVE uint32_t apus_list_anchor_row(ListView* view) {
  return view->anchor_row();
}

EMSCRIPTEN_KEEPALIVE double apus_list_anchor_px(ListView* view) {
  return view->anchor_px();
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_list_bytes(ListView* view) {
  return static_cast<uint32_t>(view->index().bytes());
}

// Measures n pairs (row, px) at `pairs`, then makes a frame: one crossing. When
// memory is refused for a row, the row keeps its old size.
EMSCRIPTEN_KEEPALIVE const double* apus_list_frame(
    ListView* view, double now, double scroll, double viewport, uint32_t flags,
    const double* pairs, uint32_t n) {
  if (n) view->measure(pairs, n);
  return &view->frame(now, scroll, viewport, flags)->start;
}

EMSCRIPTEN_KEEPALIVE bool apus_list_measure_one(ListView* view, uint32_t row,
                                                double px) {
  const double pair[] = {static_cast<double>(row), px};
  return view->measure(pair, 1);
}

EMSCRIPTEN_KEEPALIVE bool apus_list_splice(ListView* view, uint32_t at,
                                           uint32_t removed,
                                           uint32_t inserted) {
  return view->splice(at, removed, inserted);
}

EMSCRIPTEN_KEEPALIVE bool apus_list_move(ListView* view, uint32_t from,
                                         uint32_t to) {
  return view->move(from, to);
}

EMSCRIPTEN_KEEPALIVE double apus_list_offset_of(ListView* view, uint32_t row) {
  return view->offset_px(row);
}

EMSCRIPTEN_KEEPALIVE double apus_list_size_of(ListView* view, uint32_t row) {
  return to_px(view->index().size_of(row));
}

EMSCRIPTEN_KEEPALIVE uint32_t apus_list_row_at(ListView* view, double px) {
  return view->row_at(px);
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

EMSCRIPTEN_KEEPALIVE bool apus_list_headers(ListView* view,
                                            const uint32_t* rows, uint32_t n) {
  return view->set_headers(rows, n);
}

EMSCRIPTEN_KEEPALIVE bool apus_list_set_lanes(ListView* view, uint32_t lanes) {
  return view->set_lanes(lanes);
}

EMSCRIPTEN_KEEPALIVE int32_t apus_list_lane_of(ListView* view, uint32_t row) {
  return view->lane_of(row);
}

}  // extern "C"
