/* Puts a figure's module in the place of its still picture when the reader comes near. */

const here = new URL(".", import.meta.url);

const styled = new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = new URL("live.css", here);
    link.onload = link.onerror = done;
    document.head.append(link);
});

async function start(holder) {
    const module = await import(new URL(`${holder.dataset.live}.js`, here));
    await styled;
    if ("ready" in holder.dataset) return;
    holder.dataset.ready = "";
    module.mount(holder, JSON.parse(holder.dataset.figure));
}

/* An address such as #fig-momentum-live&beta=0.2 leads to a figure as somebody left it. */
function linked() {
    const [id, ...state] = location.hash.slice(1).split("&");
    return state.length ? document.getElementById(id) : null;
}

const near = new IntersectionObserver((seen) => {
    for (const { isIntersecting, target } of seen)
        if (isIntersecting) {
            near.unobserve(target);
            start(target);
        }
}, { rootMargin: "900px" });

document.querySelectorAll("[data-live]").forEach((holder) => near.observe(holder));
const goal = linked();
if (goal) Promise.all([...goal.querySelectorAll("[data-live]")].map(start)).then(() => goal.scrollIntoView());
